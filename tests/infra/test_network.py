"""Allowed connections: visitors CloudFront, CloudFront the load balancer, that the web tasks, and they the database."""

from typing import Any

import pytest
from tests.infra.conftest import Cloud
from tests.infra.seen import NAME, balancer, database, service

# AWS's own policies, by the numbers that they have in every account.
CACHING_OPTIMIZED = "658327ea-f89d-4fab-a63d-7e88639e58f6"
CACHING_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
ALL_OF_THE_VIEWER = "33f36d7e-f396-46d9-90e0-52428a34d9dc"

pytestmark = pytest.mark.usefixtures("deployment")


def distribution(cloud: Cloud) -> dict[str, Any]:
    """Return CloudFront's configuration."""
    cloudfront = cloud.client("cloudfront")
    (found,) = cloudfront.list_distributions()["DistributionList"]["Items"]
    return dict(cloudfront.get_distribution(Id=found["Id"])["Distribution"]["DistributionConfig"])


def test_cloudfront_keeps_static_files_only(cloud: Cloud) -> None:
    """Those for as long as the toy says, and compressed; the toy answers everything else."""
    settings = distribution(cloud)
    (static,), rest = settings["CacheBehaviors"]["Items"], settings["DefaultCacheBehavior"]
    assert "/static/*" == static["PathPattern"]
    assert (CACHING_OPTIMIZED, True) == (static["CachePolicyId"], static["Compress"])
    assert {"GET", "HEAD"} == set(static["AllowedMethods"]["Items"])
    assert (CACHING_DISABLED, ALL_OF_THE_VIEWER) == (rest["CachePolicyId"], rest["OriginRequestPolicyId"])
    assert {"GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"} == set(rest["AllowedMethods"]["Items"])
    assert {"redirect-to-https"} == {behaviour["ViewerProtocolPolicy"] for behaviour in (static, rest)}


def test_cloudfront_comes_by_a_private_way(cloud: Cloud) -> None:
    """Its only origin is the load balancer, which has no public address; a firewall is in front of it."""
    settings = distribution(cloud)
    assert "internal" == balancer(cloud)["Scheme"]
    (origin,) = settings["Origins"]["Items"]
    way = cloud.client("cloudfront").get_vpc_origin(Id=origin["VpcOriginConfig"]["VpcOriginId"])["VpcOrigin"]
    assert balancer(cloud)["LoadBalancerArn"] == way["VpcOriginEndpointConfig"]["Arn"]
    behaviours = [settings["DefaultCacheBehavior"], *settings["CacheBehaviors"]["Items"]]
    assert {origin["Id"]} == {behaviour["TargetOriginId"] for behaviour in behaviours}
    (firewall,) = cloud.client("wafv2").list_web_acls(Scope="CLOUDFRONT")["WebACLs"]
    assert firewall["ARN"] == settings["WebACLId"]


def test_nobody_comes_in_from_elsewhere(cloud: Cloud) -> None:
    """CloudFront, load balancer, web and database stand in a row, each open to the one before it only."""
    ec2 = cloud.client("ec2")
    (network,) = [network["VpcId"] for network in ec2.describe_vpcs()["Vpcs"] if not network["IsDefault"]]
    groups = ec2.describe_security_groups(Filters=[{"Name": "vpc-id", "Values": [network]}])["SecurityGroups"]
    names = {group["GroupId"]: group["GroupName"].removeprefix(f"{NAME}-") for group in groups}
    lists = {
        found["PrefixListId"]: found["PrefixListName"] for found in ec2.describe_managed_prefix_lists()["PrefixLists"]
    }
    doors = set()
    for rule in ec2.describe_security_group_rules()["SecurityGroupRules"]:
        if rule["GroupId"] in names:
            group = names.get(rule.get("ReferencedGroupInfo", {}).get("GroupId"))
            other = group or lists.get(rule.get("PrefixListId")) or rule.get("CidrIpv4") or rule["CidrIpv6"]
            way = "to" if rule["IsEgress"] else "from"
            ports = f"{rule['IpProtocol']} {rule['FromPort']}-{rule['ToPort']}"
            doors.add(f"{names[rule['GroupId']]} {way} {other}: {ports}")
    assert {
        "load-balancer from com.amazonaws.global.cloudfront.origin-facing: tcp 80-80",
        "load-balancer to web: tcp 8000-8000",
        "web from load-balancer: tcp 8000-8000",
        "web to database: tcp 5432-5432",
        "web to 0.0.0.0/0: tcp 443-443",
        "database from web: tcp 5432-5432",
    } == doors


def test_each_stands_behind_its_own_door(cloud: Cloud) -> None:
    """Load balancer, web and database have the group that is theirs, and no other; the disk is encrypted."""
    groups = cloud.client("ec2").describe_security_groups()["SecurityGroups"]
    ours = {group["GroupName"]: [group["GroupId"]] for group in groups}
    assert ours[f"{NAME}-load-balancer"] == balancer(cloud)["SecurityGroups"]
    assert ours[f"{NAME}-web"] == service(cloud)["networkConfiguration"]["awsvpcConfiguration"]["securityGroups"]
    assert ours[f"{NAME}-database"] == [group["VpcSecurityGroupId"] for group in database(cloud)["VpcSecurityGroups"]]
    assert not database(cloud)["PubliclyAccessible"]
    assert database(cloud)["StorageEncrypted"]


def test_no_way_leads_to_tasks_and_database(cloud: Cloud) -> None:
    """They and the load balancer are in two zones or more, in subnets without a route to the internet gateway."""
    ec2 = cloud.client("ec2")
    tasks = service(cloud)["networkConfiguration"]["awsvpcConfiguration"]
    assert "DISABLED" == tasks["assignPublicIp"]
    for subnets in (
        tasks["subnets"],
        [subnet["SubnetIdentifier"] for subnet in database(cloud)["DBSubnetGroup"]["Subnets"]],
        [zone["SubnetId"] for zone in balancer(cloud)["AvailabilityZones"]],
    ):
        described = ec2.describe_subnets(SubnetIds=subnets)["Subnets"]
        assert len({subnet["AvailabilityZone"] for subnet in described}) >= 2
        assert not any(subnet["MapPublicIpOnLaunch"] for subnet in described)
        for subnet in subnets:
            tables = ec2.describe_route_tables(Filters=[{"Name": "association.subnet-id", "Values": [subnet]}])
            (table,) = tables["RouteTables"]
            assert [] == [route for route in table["Routes"] if route.get("GatewayId", "").startswith("igw-")]
            (out,) = [route for route in table["Routes"] if route.get("DestinationCidrBlock") == "0.0.0.0/0"]
            assert out["NatGatewayId"]
