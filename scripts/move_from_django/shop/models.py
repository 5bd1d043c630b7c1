import uuid

from django.contrib.auth.models import AbstractUser
from django.db import models


class User(AbstractUser):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(unique=True)
    phone_number = models.CharField(max_length=20, blank=True)
    is_email_verified = models.BooleanField(default=False)

    class Meta:
        db_table = "users"


class Profile(models.Model):
    user = models.OneToOneField(User, models.CASCADE)
    bio = models.TextField(blank=True)
    date_of_birth = models.DateField(null=True)
    language = models.CharField(max_length=2, blank=True)
    theme = models.CharField(max_length=10, default="dark")


class Preferences(models.Model):
    user = models.OneToOneField(User, models.CASCADE, primary_key=True)
    newsletter = models.BooleanField(default=False)
    push_enabled = models.BooleanField(default=False)


class Address(models.Model):
    user = models.ForeignKey(User, models.CASCADE, related_name="addresses")
    full_name = models.CharField(max_length=200, blank=True)
    street = models.CharField(max_length=200)
    city = models.CharField(max_length=100)
    postal_code = models.CharField(max_length=20, blank=True)
    country = models.CharField(max_length=2)
    is_default = models.BooleanField(default=False)


class Order(models.Model):
    user = models.ForeignKey(User, models.CASCADE)
    total = models.DecimalField(max_digits=10, decimal_places=2)
