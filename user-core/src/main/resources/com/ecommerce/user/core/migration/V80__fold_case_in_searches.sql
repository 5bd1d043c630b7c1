-- Searches ignore case as Unicode defines it in full, whatever the locale of the database, and find words of one and two
-- letters anywhere in scripts that are written without spaces between words.

-- Whatever writes users waits for this transaction, so that all texts that are written later are made by the new
-- functions; the next migration collects those of before.
lock table users in share mode;

-- Makes user_search_fold(text): NFKC_Casefold of Unicode 17 (UAX #44), with one addition: a dotless or a dotted I is the
-- letter i. The lower case of a Turkish name is another one where the locale is not Turkish, and the other way round.
-- Each text is folded here, the query as well as what is searched, so that both agree for ever.
--
-- The letters that change are ranges of code points: the first, the last, the step from one to the next, and the distance
-- to what they become. Those that NFKD has changed before are not among them: it leaves an accent, or the iota below a
-- Greek letter, as a character of its own.
do $make$
declare
  folds jsonb;
begin
  select jsonb_object_agg(chr(letter), folded) into folds
  from (
    select letter, chr(letter + distance) as folded
    from (values
      (198, 198, 1, 32), (208, 208, 1, 32), (216, 216, 1, 32), (222, 222, 1, 32), (272, 272, 1, 1), (294, 294, 1, 1),
      (321, 321, 1, 1), (330, 330, 1, 1), (338, 338, 1, 1), (358, 358, 1, 1), (385, 385, 1, 210), (386, 388, 2, 1),
      (390, 390, 1, 206), (391, 391, 1, 1), (393, 394, 1, 205), (395, 395, 1, 1), (398, 398, 1, 79), (399, 399, 1, 202),
      (400, 400, 1, 203), (401, 401, 1, 1), (403, 403, 1, 205), (404, 404, 1, 207), (406, 406, 1, 211),
      (407, 407, 1, 209), (408, 408, 1, 1), (412, 412, 1, 211), (413, 413, 1, 213), (415, 415, 1, 214),
      (418, 420, 2, 1), (422, 422, 1, 218), (423, 423, 1, 1), (425, 425, 1, 218), (428, 428, 1, 1), (430, 430, 1, 218),
      (433, 434, 1, 217), (435, 437, 2, 1), (439, 439, 1, 219), (440, 440, 1, 1), (444, 444, 1, 1), (484, 484, 1, 1),
      (502, 502, 1, -97), (503, 503, 1, -56), (540, 540, 1, 1), (544, 544, 1, -130), (546, 548, 2, 1),
      (570, 570, 1, 10795), (571, 571, 1, 1), (573, 573, 1, -163), (574, 574, 1, 10792), (577, 577, 1, 1),
      (579, 579, 1, -195), (580, 580, 1, 69), (581, 581, 1, 71), (582, 590, 2, 1), (837, 837, 1, 116), (880, 882, 2, 1),
      (886, 886, 1, 1), (895, 895, 1, 116), (913, 929, 1, 32), (931, 937, 1, 32), (962, 962, 1, 1), (975, 975, 1, 8),
      (984, 1006, 2, 1), (1015, 1015, 1, 1), (1018, 1018, 1, 1), (1021, 1023, 1, -130), (1026, 1028, 2, 80),
      (1029, 1030, 1, 80), (1032, 1035, 1, 80), (1039, 1039, 1, 80), (1040, 1048, 1, 32), (1050, 1071, 1, 32),
      (1120, 1140, 2, 1), (1144, 1152, 2, 1), (1162, 1214, 2, 1), (1216, 1216, 1, 15), (1219, 1229, 2, 1),
      (1236, 1236, 1, 1), (1240, 1240, 1, 1), (1248, 1248, 1, 1), (1256, 1256, 1, 1), (1270, 1270, 1, 1),
      (1274, 1326, 2, 1), (1329, 1366, 1, 48), (4256, 4293, 1, 7264), (4295, 4295, 1, 7264), (4301, 4301, 1, 7264),
      (5112, 5117, 1, -8), (7296, 7296, 1, -6222), (7297, 7297, 1, -6221), (7298, 7298, 1, -6212),
      (7299, 7300, 1, -6210), (7301, 7301, 1, -6211), (7302, 7302, 1, -6204), (7303, 7303, 1, -6180),
      (7304, 7304, 1, 35267), (7305, 7305, 1, 1), (7312, 7354, 1, -3008), (7357, 7359, 1, -3008), (7930, 7934, 2, 1),
      (8498, 8498, 1, 28), (8579, 8579, 1, 1), (11264, 11311, 1, 48), (11360, 11360, 1, 1), (11362, 11362, 1, -10743),
      (11363, 11363, 1, -3814), (11364, 11364, 1, -10727), (11367, 11371, 2, 1), (11373, 11373, 1, -10780),
      (11374, 11374, 1, -10749), (11375, 11375, 1, -10783), (11376, 11376, 1, -10782), (11378, 11378, 1, 1),
      (11381, 11381, 1, 1), (11390, 11391, 1, -10815), (11392, 11490, 2, 1), (11499, 11501, 2, 1), (11506, 11506, 1, 1),
      (42560, 42604, 2, 1), (42624, 42650, 2, 1), (42786, 42798, 2, 1), (42802, 42862, 2, 1), (42873, 42875, 2, 1),
      (42877, 42877, 1, -35332), (42878, 42886, 2, 1), (42891, 42891, 1, 1), (42893, 42893, 1, -42280),
      (42896, 42898, 2, 1), (42902, 42920, 2, 1), (42922, 42922, 1, -42308), (42923, 42923, 1, -42319),
      (42924, 42924, 1, -42315), (42925, 42925, 1, -42305), (42926, 42926, 1, -42308), (42928, 42928, 1, -42258),
      (42929, 42929, 1, -42282), (42930, 42930, 1, -42261), (42931, 42931, 1, 928), (42932, 42946, 2, 1),
      (42948, 42948, 1, -48), (42949, 42949, 1, -42307), (42950, 42950, 1, -35384), (42951, 42953, 2, 1),
      (42955, 42955, 1, -42343), (42956, 42970, 2, 1), (42972, 42972, 1, -42561), (42997, 42997, 1, 1),
      (43888, 43967, 1, -38864), (66560, 66599, 1, 40), (66736, 66771, 1, 40), (66928, 66938, 1, 39),
      (66940, 66954, 1, 39), (66956, 66962, 1, 39), (66964, 66965, 1, 39), (68736, 68786, 1, 64), (68944, 68965, 1, 32),
      (71840, 71871, 1, 32), (93760, 93791, 1, 32), (93856, 93880, 1, 27), (125184, 125217, 1, 34)
      ) as ranges (first, last, step, distance) cross join generate_series(first, last, step) as letter
    union all
    -- The sharp s, and the dotless i.
    values (223, 'ss'), (7838, 'ss'), (305, 'i')) as letters;
  execute format($create$
    create function user_search_fold(input text) returns text
      language plpgsql immutable strict parallel safe as $body$
    declare
      folds constant jsonb := %L::jsonb;
      letters text;
      letter text;
      result text := '';
    begin
      if octet_length(input) = char_length(input) then
        return lower(input collate "C");
      end if;
      -- Without what Unicode calls default-ignorable: joiners, variation selectors, fillers.
      letters := regexp_replace(normalize(input, NFKD) collate "C",
        '[\u00AD\u034F\u061C\u115F\u1160\u17B4\u17B5\u180B-\u180F\u200B-\u200F\u202A-\u202E\u2060-\u206F\u3164'
        '\uFE00-\uFE0F\uFEFF\uFFA0\uFFF0-\uFFF8\U0001BCA0-\U0001BCA3\U0001D173-\U0001D17A\U000E0000-\U000E0FFF]+',
        '', 'g');
      foreach letter in array string_to_array(lower(letters collate "C"), null) loop
        result := result || coalesce(folds ->> letter, letter);
      end loop;
      -- An i with a dot above (U+0307) looks like one without.
      return normalize(regexp_replace(result, 'i\u0307+', 'i', 'g'), NFC);
    end $body$
    $create$, folds);
end $make$;

-- Whether a letter begins a word wherever it stands: those of the scripts whose lines may break between any two letters
-- (UScript.breaksBetweenLetters of ICU 78: Han, kana, Thai, Lao, Khmer, Myanmar, Bopomofo, Yi and some more), and of
-- Hangul, which has spaces between words but none inside names. Marks begin nothing.
create function has_unspaced_letter(input text) returns boolean
  language sql immutable strict parallel safe
  return input collate "C" ~ (
    '[\u0E01-\u0E30\u0E32\u0E40-\u0E46\u0E81-\u0EB0\u0EB2\u0EBD-\u0EC6\u0EDE-\u0EDF\u1000-\u102A\u103F\u1050-\u1055'
    '\u105A-\u105D\u1061\u1065-\u1066\u106E-\u1070\u1075-\u1081\u108E\u1100-\u11FF\u1780-\u17B3\u17D7\u17DC'
    '\u1950-\u19C9\u1A20-\u1A54\u1AA7\u3005-\u3007\u3021-\u3029\u3031-\u3035\u303B-\u303C\u3041-\u3096\u309D-\u309E'
    '\u30A1-\u30FA\u30FC-\u312F\u31A0-\u31BF\u31F0-\u31FF\u3400-\u4DBF\u4E00-\uA48C\uA960-\uA97C\uA9E0-\uA9E4'
    '\uA9E6-\uA9EF\uA9FA-\uA9FE\uAA60-\uAA76\uAA7A\uAA7E-\uAAAF\uAAB1\uAAB5-\uAAB6\uAAB9-\uAABD\uAAC0\uAAC2-\uAADD'
    '\uAC00-\uD7FB\uFA0E-\uFA29\U00011700-\U0001171A\U00011740-\U00011746\U00011F02\U00011F04-\U00011F33'
    '\U00016FE0-\U00016FE1\U00016FE3\U00016FF2-\U0001B2FB\U0001E6C0-\U0001E6E2\U0001E6E4-\U0001E6E5'
    '\U0001E6E7-\U0001E6ED\U0001E6F0-\U0001E6F4\U0001E6FE-\U0001E6FF\U00020000-\U00033479]');

-- As before: what a search looks into, each text after a line feed and a space, each word after a space. New:
-- * The names are folded. Where that makes others than lower() does, those of lower() stand before them: the version
--   before asks for these, and may run beside this one.
-- * A last line begins with a tab, and has a word of at most two letters for each letter that begins a word without a
--   space before it. Longer words are found by their pieces anywhere.
create or replace function user_search_text(email text, first_name text, last_name text, display_name text) returns text
  language plpgsql immutable strict parallel safe as $$
declare
  -- Whatever Unicode calls white space separates words, as in SearchTerms.
  white_space constant text := U&'[ \00A0\1680\2000-\200A\2028\2029\202F\205F\3000]+';
  full_name constant text := btrim(first_name || ' ' || last_name);
  names text := '';
  folded text;
  lowered text;
  letters text[];
  word text;
  words text := '';
begin
  if full_name <> '' then
    names := E'\n ' || full_name;
  end if;
  if first_name <> '' and last_name <> '' then
    names := names || E'\n ' || last_name;
  end if;
  if display_name <> full_name and not starts_with(email, display_name) then
    names := names || E'\n ' || display_name;
  end if;
  names := names || E'\n';
  if octet_length(names) = char_length(names) then
    return E'\n ' || lower(email collate "C") || regexp_replace(lower(names collate "C"), ' +', ' ', 'g');
  end if;

  folded := regexp_replace(user_search_fold(names), white_space, ' ', 'g');
  if has_unspaced_letter(folded) then
    letters := string_to_array(folded, null);
    for i in 3 .. cardinality(letters) - 1 loop
      if letters[i - 1] <> ' ' and has_unspaced_letter(letters[i]) then
        word := ' ' || letters[i] || replace(replace(letters[i + 1], ' ', ''), E'\n', '');
        if strpos(folded, word) = 0 and strpos(words, word) = 0 then
          words := words || word;
        end if;
      end if;
    end loop;
    if words <> '' then
      words := E'\t' || words || E'\n';
    end if;
  end if;
  lowered := lower(regexp_replace(names, white_space, ' ', 'g'));
  if lowered <> folded then
    folded := lowered || substr(folded, 2);
  end if;
  return E'\n ' || lower(email collate "C") || folded || words;
end $$;
