"""A Django application whose user model has a UUID, an email as its key, and columns beyond AbstractUser, and tables that refer to it."""
