"""AWS's answers about the deployment staging, which has one of each."""

from typing import Any

from tests.infra.conftest import Cloud

NAME = "toy-staging"


def service(cloud: Cloud) -> dict[str, Any]:
    """Return AWS's description of the web service."""
    (found,) = cloud.client("ecs").describe_services(cluster=NAME, services=["web"])["services"]
    return dict(found)


def database(cloud: Cloud) -> dict[str, Any]:
    """Return AWS's description of the database."""
    (found,) = cloud.client("rds").describe_db_instances()["DBInstances"]
    return dict(found)


def balancer(cloud: Cloud) -> dict[str, Any]:
    """Return AWS's description of the load balancer."""
    (found,) = cloud.client("elbv2").describe_load_balancers()["LoadBalancers"]
    return dict(found)


def labels(cloud: Cloud) -> tuple[str, str]:
    """Return what metrics call the load balancer, and the tasks behind it."""
    (group,) = cloud.client("elbv2").describe_target_groups()["TargetGroups"]
    return balancer(cloud)["LoadBalancerArn"].partition(":loadbalancer/")[2], group["TargetGroupArn"].rpartition(":")[2]


def definition(cloud: Cloud) -> dict[str, Any]:
    """Return the service's task definition."""
    arn = service(cloud)["taskDefinition"]
    return dict(cloud.client("ecs").describe_task_definition(taskDefinition=arn)["taskDefinition"])
