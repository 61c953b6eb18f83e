"""The numbers: from indications and models to values with their uncertainty. Pure, without files, clock or screen."""
