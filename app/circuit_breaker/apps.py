from django.apps import AppConfig


class CircuitBreakerConfig(AppConfig):
    name = "circuit_breaker"
