"""The review app: values from `align` in a browser."""
