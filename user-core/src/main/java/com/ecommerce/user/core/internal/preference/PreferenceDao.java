package com.ecommerce.user.core.internal.preference;

import com.ecommerce.user.core.preference.PreferenceSet;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.sqlobject.config.RegisterRowMapper;
import org.jdbi.v3.sqlobject.customizer.BindMap;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

@RegisterRowMapper(PreferenceMapper.class)
interface PreferenceDao {
  @SqlQuery(
      """
      select email_order_updates, email_promotions, email_newsletter, email_seller_updates, email_security_alerts,
        push_enabled, push_order_updates, push_price_alerts, push_messages, sms_enabled, sms_delivery_updates,
        sms_two_factor_auth, privacy_public_profile, privacy_show_online_status, privacy_searchable,
        privacy_share_activity
      from preferences where user_id = :userId
      """)
  Optional<PreferenceSet> find(UUID userId);

  /**
   * @param columns every preference under the name of its column
   */
  @SqlUpdate(
      """
      insert into preferences (user_id, email_order_updates, email_promotions, email_newsletter, email_seller_updates,
        email_security_alerts, push_enabled, push_order_updates, push_price_alerts, push_messages, sms_enabled,
        sms_delivery_updates, sms_two_factor_auth, privacy_public_profile, privacy_show_online_status,
        privacy_searchable, privacy_share_activity)
      values (:userId, :email_order_updates, :email_promotions, :email_newsletter, :email_seller_updates,
        :email_security_alerts, :push_enabled, :push_order_updates, :push_price_alerts, :push_messages, :sms_enabled,
        :sms_delivery_updates, :sms_two_factor_auth, :privacy_public_profile, :privacy_show_online_status,
        :privacy_searchable, :privacy_share_activity)
      on conflict (user_id) do update set email_order_updates = excluded.email_order_updates,
        email_promotions = excluded.email_promotions, email_newsletter = excluded.email_newsletter,
        email_seller_updates = excluded.email_seller_updates, email_security_alerts = excluded.email_security_alerts,
        push_enabled = excluded.push_enabled, push_order_updates = excluded.push_order_updates,
        push_price_alerts = excluded.push_price_alerts, push_messages = excluded.push_messages,
        sms_enabled = excluded.sms_enabled, sms_delivery_updates = excluded.sms_delivery_updates,
        sms_two_factor_auth = excluded.sms_two_factor_auth, privacy_public_profile = excluded.privacy_public_profile,
        privacy_show_online_status = excluded.privacy_show_online_status,
        privacy_searchable = excluded.privacy_searchable, privacy_share_activity = excluded.privacy_share_activity
      """)
  void upsert(UUID userId, @BindMap Map<String, Boolean> columns);

  @SqlUpdate("delete from preferences where user_id = :userId")
  void delete(UUID userId);
}
