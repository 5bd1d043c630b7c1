"""Fills a Django application, imports its users, and signs in as each of them. scripts/move-from-django runs it."""

import argparse
import contextlib
import datetime
import os
import re
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import django
import django.test.utils
import grpc
import psycopg
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.management import call_command
from django.utils import timezone
from proto.common.v1 import common_pb2
from proto.user.v1 import auth_pb2, auth_pb2_grpc, user_pb2, user_pb2_grpc

HASHERS = ["pbkdf2_sha256", "pbkdf2_sha1", "argon2", "bcrypt_sha256", "bcrypt", "scrypt"]
CHEAP = [f"shop.hashers.{name}" for name in ["PBKDF2", "PBKDF2SHA1", "Argon2", "BCryptSHA256", "BCrypt", "Scrypt"]]
DEFAULT = [
    f"django.contrib.auth.hashers.{name}PasswordHasher"
    for name in ["PBKDF2", "PBKDF2SHA1", "Argon2", "BCryptSHA256", "BCrypt", "Scrypt"]
]
SELLERS = "Seller"
# The number of users of each hasher whose passwords have its default parameters.
WITH_DEFAULT_PARAMETERS = 5
NEW, CHANGED = 10, 100


class Service:
    """The service in a process of its own, on an embedded database."""

    def __init__(self, command, directory, **variables):
        self.command, self.directory = command, directory
        self.environment = {
            **os.environ,
            "DATA_DIR": str(directory),
            "GRPC_PORT": "0",
            "REST_PORT": "-1",
            "METRICS_PORT": "-1",
            "PASSWORD_BCRYPT_COST": "4",
            "RATE_LIMIT_METHODS": "none",
            "TRUSTED_PROXIES": "127.0.0.0/8,::1",
            # The embedded database may start slowly on a busy machine.
            "DATABASE_CONNECT_TIMEOUT_SECONDS": "120",
            **variables,
        }
        self.log = open(f"{directory}.log", "wb")
        self.process = subprocess.Popen(command, env=self.environment, stdout=self.log, stderr=self.log)
        self.grpc_port = self.wait_for_port()

    def wait_for_port(self):
        for _ in range(1_200):
            found = re.search(r"gRPC UserService listening on port (\d+)", self.output())
            if found:
                return int(found.group(1))
            require(self.process.poll() is None, f"the service did not start: {self.output()}")
            time.sleep(0.2)
        raise SystemExit(f"the service did not start in 4 minutes: {self.output()}")

    def output(self):
        return Path(self.log.name).read_text()

    def database(self):
        """Returns the port and the password of its database."""
        lines = (self.directory / "postgres" / "postmaster.pid").read_text().splitlines()
        return lines[3].strip(), (self.directory / "postgres-password").read_text().strip()

    def database_url(self):
        port, password = self.database()
        return f"postgresql://user_service:{password}@localhost:{port}/postgres"

    def close(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(60)
        self.log.close()


def require(condition, what):
    if not condition:
        raise SystemExit(f"move-from-django: {what}")


def equal(found, expected, what):
    require(found == expected, f"{what}: {found!r} (expected: {expected!r})")


def configure(url):
    """Makes the application shop use a schema of its own in the database."""
    with psycopg.connect(url) as connection:
        connection.execute("create schema shop")
    parts = psycopg.conninfo.conninfo_to_dict(url)
    settings.configure(
        INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "shop"],
        AUTH_USER_MODEL="shop.User",
        USE_TZ=True,
        PASSWORD_HASHERS=CHEAP,
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.postgresql",
                "HOST": parts["host"],
                "PORT": parts["port"],
                "NAME": parts["dbname"],
                "USER": parts["user"],
                "PASSWORD": parts["password"],
                "OPTIONS": {"options": "-c search_path=shop"},
            }
        },
    )
    django.setup()
    call_command("migrate", verbosity=0)
    # Creates the table of the application, which has no migrations, and refers to those of Django.
    call_command("migrate", run_syncdb=True, verbosity=0)


def password_of(number):
    return f"Straße-{number}-пароль"


def new_users(numbers, hashers):
    from shop.models import User

    with django.test.utils.override_settings(PASSWORD_HASHERS=hashers):
        users = [
            User(
                username=f"user{number}",
                email=f"User{number}@shop.example.com",
                first_name="Zoë",
                last_name=f"Müller {number}",
                phone_number=f"+49301234{number:06}",
                is_email_verified=number % 3 != 0,
                is_active=number % 50 != 7,
                is_staff=number % 100 == 1,
                is_superuser=number % 1000 == 1,
                last_login=timezone.now(),
                password=make_password(
                    None if number % 50 == 8 else password_of(number), hasher=HASHERS[number % len(HASHERS)]
                ),
            )
            for number in numbers
        ]
    User.objects.bulk_create(users, batch_size=1_000)
    add_related(users)


def add_related(users):
    """Adds what the application keeps about users in other tables: for some users nothing, for others a lot."""
    from django.contrib.auth.models import Group
    from shop.models import Address, Order, Preferences, Profile, User

    sellers, _ = Group.objects.get_or_create(name=SELLERS)
    editors, _ = Group.objects.get_or_create(name="Editors")
    profiles, preferences, addresses, members = [], [], [], []
    for user in users:
        number = number_of(user)
        if number % 2:
            born = datetime.date(1950 + number % 50, 1 + number % 12, 1 + number % 28)
            profiles.append(Profile(user=user, bio=f"Customer {number}", date_of_birth=born, language="de"))
        if number % 5 == 2:
            preferences.append(Preferences(user=user, newsletter=True, push_enabled=number % 2 == 0))
        for i in range(number % 4):
            street = f"Hauptstraße {number}/{i}"
            addresses.append(Address(user=user, street=street, city="Köln", country="DE", is_default=i == 1))
        members.append(User.groups.through(user=user, group=sellers if number % 10 == 3 else editors))
    for rows in (profiles, preferences, addresses, members, [Order(user=user, total=1) for user in users]):
        type(rows[0]).objects.bulk_create(rows, batch_size=1_000)


def digest(url):
    """Returns a digest of all users and addresses of the application."""
    with psycopg.connect(url) as connection:
        return connection.execute(
            "select md5(string_agg(line, ',' order by line)) from"
            " (select u::text as line from shop.users u union all select a::text from shop.shop_address a) as lines"
        ).fetchone()[0]


def move(source, target, work):
    """Imports from the database of the application, and returns the numbers of rows by outcome."""
    began = time.monotonic()
    before = digest(source.database_url())
    run = subprocess.run(
        [*target.command, "import", "--from-django", source.database_url(), "--table", "shop.users"],
        env={**target.environment, "DATABASE_URL": target.database_url()},
        cwd=work,
        capture_output=True,
        text=True,
    )
    equal(digest(source.database_url()), before, "the rows of the application after the import")
    outcomes = {name: int(count) for name, count in re.findall(r"(\w+) ([\d,]+)$", run.stdout, re.MULTILINE)}
    require(outcomes, f"the import failed with {run.returncode}: {run.stdout}{run.stderr}")
    equal(run.returncode, 0, f"exit status of the import, which printed {run.stdout}{run.stderr}")
    left_out = re.search(r"^leaves out (.*)$", run.stderr, re.MULTILINE)
    require(left_out, f"the import did not print what it leaves out: {run.stderr}")
    for place in ("shop_order", "shop_profile: theme"):
        require(place in left_out.group(1), f"not {place} among what is left out: {left_out.group(1)}")
    print(f"imported in {time.monotonic() - began:.1f} s: {outcomes}")
    return outcomes


def sign_in(channel, user, password):
    """Returns whether the user can sign in. Tries again while too many passwords wait to be hashed."""
    stub = auth_pb2_grpc.AuthServiceStub(channel)
    for _ in range(60):
        try:
            # Each user signs in from another network, since failures slow down a whole network.
            stub.Login(
                auth_pb2.LoginRequest(email=user.email, password=password),
                timeout=60,
                metadata=[("x-forwarded-for", network_of(user))],
            )
            return True
        except grpc.RpcError as failed:
            if failed.code() in (grpc.StatusCode.UNAUTHENTICATED, grpc.StatusCode.PERMISSION_DENIED):
                return False
            require(failed.code() == grpc.StatusCode.RESOURCE_EXHAUSTED, f"sign-in of {user.username}: {failed}")
            time.sleep(1)
    raise SystemExit(f"move-from-django: no sign-in of {user.username} in 60 tries")


def number_of(user):
    return int(user.username.removeprefix("user"))


def network_of(user):
    number = number_of(user)
    return f"10.{number // 65_536 % 256}.{number // 256 % 256}.{number % 256}"


def sign_in_all(channel, users, password):
    """Signs in as each of them, and checks that only the active ones with a password can."""
    began = time.monotonic()
    with ThreadPoolExecutor(4) as threads:
        results = list(threads.map(lambda user: sign_in(channel, user, password(user)), users))
    for user, signed_in in zip(users, results):
        expected = user.is_active and user.has_usable_password()
        equal(signed_in, expected, f"sign-in of {user.username} ({user.password.split('$')[0]})")
    print(f"{sum(results):,} of {len(users):,} signed in with their passwords in {time.monotonic() - began:.0f} s")


def check_calls(channel, users, total):
    """Makes the calls that a client of the old service makes."""
    stub = user_pb2_grpc.UserServiceStub(channel)
    for user in users[:: max(1, len(users) // 50)]:
        found = stub.GetUser(user_pb2.GetUserRequest(user_id=str(user.id))).user
        equal(found.email, user.email.lower(), "email")
        equal((found.first_name, found.last_name), (user.first_name, user.last_name), "name")
        equal(found.email_verified, user.is_email_verified, "email_verified")
        equal(found.audit.created_at.ToMicroseconds(), round(user.date_joined.timestamp() * 1e6), "created_at")
        equal(user_pb2.USER_ROLE_ADMIN in found.roles, user.is_superuser, "admin")
        by_email = stub.GetUserByEmail(user_pb2.GetUserByEmailRequest(email=user.email)).user
        equal(by_email.id, str(user.id), "the user of the email")
        check_related(stub, user, found)
    some = users[2]
    page = stub.ListUsers(user_pb2.ListUsersRequest(pagination=common_pb2.PaginationRequest(page_size=50)))
    equal(page.pagination.total_count, total, "total_count")
    hits = stub.SearchUsers(user_pb2.SearchUsersRequest(query=some.email)).users
    equal([hit.id for hit in hits], [str(some.id)], "hits")
    changed = stub.UpdateUserProfile(
        user_pb2.UpdateUserProfileRequest(
            user_id=str(some.id),
            profile=user_pb2.UserProfile(company="Example"),
            update_mask={"paths": ["company"]},
        )
    ).user
    equal(changed.profile.company, "Example", "company")
    print("the Python client read, listed, searched and changed users, and read what other tables have about them")


def check_related(stub, user, found):
    """Checks what the application keeps about a user in other tables."""
    profile = getattr(user, "profile", None)
    equal(found.profile.bio, profile.bio if profile else "", "bio")
    born = found.profile.date_of_birth
    expected = profile.date_of_birth.timetuple()[:3] if profile else (0, 0, 0)
    equal((born.year, born.month, born.day), expected, "date of birth")
    groups = set(user.groups.values_list("name", flat=True))
    equal(user_pb2.USER_ROLE_SELLER in found.roles, SELLERS in groups, f"seller in {groups}")
    preferences = getattr(user, "preferences", None)
    kept = stub.GetUserPreferences(user_pb2.GetUserPreferencesRequest(user_id=str(user.id))).preferences
    equal(kept.email.newsletter, bool(preferences and preferences.newsletter), "newsletter")
    equal(kept.push.enabled, bool(preferences and preferences.push_enabled), "push")
    equal(kept.email.security_alerts, True, "a preference that Django does not have")
    addresses = stub.ListUserAddresses(user_pb2.ListUserAddressesRequest(user_id=str(user.id))).addresses
    equal(
        [(kept.address.line1, kept.address.city, kept.address.country_code, kept.type) for kept in addresses],
        [(own.street, own.city, own.country, user_pb2.ADDRESS_TYPE_BOTH) for own in user.addresses.order_by("id")],
        f"addresses of {user.username}",
    )
    if len(addresses) > 1:
        equal([kept.is_default_shipping for kept in addresses][:2], [False, True], "default address")


def run(options):
    from_service = contextlib.closing(Service(options.command, options.work / "old"))
    with from_service as source, contextlib.closing(Service(options.command, options.work / "new")) as target:
        configure(source.database_url())
        from shop.models import Address, User

        expensive = range(WITH_DEFAULT_PARAMETERS * len(HASHERS))
        new_users(expensive, DEFAULT)
        new_users(range(len(expensive), options.users), CHEAP)
        print(f"Django {django.__version__} has {User.objects.count():,} users")

        equal(move(source, target, options.work), outcomes(created=options.users), "the first import")
        with grpc.insecure_channel(f"localhost:{target.grpc_port}") as channel:
            users = list(User.objects.order_by("date_joined"))
            sign_in_all(channel, users, lambda user: password_of(number_of(user)))
            check_calls(channel, users, len(users))

            new_users(range(options.users, options.users + NEW), CHEAP)
            changed = [user for user in users if user.is_active][-CHANGED:]
            for user in changed:
                user.set_password("changed in Django")
                user.save()
            Address.objects.filter(user__in=changed).update(city="Bonn")
            second = outcomes(created=NEW, updated=CHANGED, unchanged=options.users - CHANGED)
            equal(move(source, target, options.work), second, "the second import")
            sign_in_all(channel, changed, lambda user: "changed in Django")
            check_calls(channel, changed, len(users) + NEW)
            equal(sign_in(channel, changed[0], password_of(number_of(changed[0]))), False, "sign-in with the old password")
            third = outcomes(unchanged=options.users + NEW)
            equal(move(source, target, options.work), third, "the third import")
        require("ERROR" not in target.output(), f"the log of the service has errors: {target.output()}")


def outcomes(created=0, updated=0, unchanged=0):
    return {"created": created, "updated": updated, "unchanged": unchanged, "failed": 0}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--users", type=int, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("command", nargs="+")
    sys.stdout.reconfigure(line_buffering=True)
    # Stops the services first, as on Ctrl-C.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    run(parser.parse_args())


if __name__ == "__main__":
    main()
