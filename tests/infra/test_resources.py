"""A deployment's resources, as AWS describes them after test_deployment.py. The last test removes it."""

import json
from typing import Any

import pytest
from tests.infra.conftest import REGION, Cloud
from tests.infra.seen import NAME, balancer, database, definition, labels, service

# As terraform/environments/staging.tfvars has it.
TAGS = {("Environment", "staging"), ("Owner", "operations"), ("Expires", "2027-12-31")}
# For these, AWS knows no narrower resource than all.
ON_EVERYTHING = {"ecr:GetAuthorizationToken"}

pytestmark = pytest.mark.usefixtures("deployment")


def as_list(value: str | list[str]) -> list[str]:
    """Return a policy's value as a list: one alone may stand for itself."""
    return [value] if isinstance(value, str) else value


def statements(cloud: Cloud, role: str) -> list[dict[str, Any]]:
    """Return what the policies of a role's own say."""
    iam = cloud.client("iam")
    names = iam.list_role_policies(RoleName=role)["PolicyNames"]
    documents = [iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"] for name in names]
    return [statement for document in documents for statement in document["Statement"]]


def given(cloud: Cloud, role: str) -> set[str]:
    """Return the names of AWS's own policies that a role has been given."""
    iam = cloud.client("iam")
    return {policy["PolicyName"] for policy in iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]}


def roles(cloud: Cloud) -> dict[str, dict[str, Any]]:
    """Return the deployment's roles."""
    found = cloud.client("iam").list_roles()["Roles"]
    return {role["RoleName"]: role for role in found if role["RoleName"].startswith(NAME)}


def resources(cloud: Cloud) -> dict[str, dict[str, Any]]:
    """Return the tags that AWS has reported to Terraform for each resource that can have them, by its address."""
    body = cloud.client("s3").get_object(Bucket=f"breakable-toy-123456789012-{REGION}", Key="staging.tfstate")["Body"]
    return {
        f"{resource['type']}.{resource['name']}[{instance.get('index_key', 0)}]": instance["attributes"]
        for resource in json.loads(body.read())["resources"]
        for instance in resource["instances"]
        if resource["mode"] == "managed" and "tags_all" in instance["attributes"]
    }


def test_image_of_a_tag_stays_the_same(cloud: Cloud) -> None:
    """The registry takes no second image for a tag, looks for known holes, and forgets uploads that broke off alone."""
    ecr = cloud.client("ecr")
    (repository,) = ecr.describe_repositories()["repositories"]
    assert "breakable-toy/web" == repository["repositoryName"]
    assert "IMMUTABLE" == repository["imageTagMutability"]
    assert repository["imageScanningConfiguration"]["scanOnPush"]
    assert "KMS" == repository["encryptionConfiguration"]["encryptionType"]
    policy = ecr.get_lifecycle_policy(repositoryName=repository["repositoryName"])["lifecyclePolicyText"]
    (rule,) = json.loads(policy)["rules"]
    assert ("untagged", "expire") == (rule["selection"]["tagStatus"], rule["action"]["type"])


def test_alarms_tell_somebody(cloud: Cloud) -> None:
    """Errors, missing or unhealthy tasks, processors and the database's disk: sent at start and end."""
    (topic,) = cloud.client("sns").list_topics()["Topics"]
    front, group = labels(cloud)
    requests = {"LoadBalancer": front}
    tasks = {**requests, "TargetGroup": group}
    web, data = {"ClusterName": NAME, "ServiceName": "web"}, {"DBInstanceIdentifier": NAME}
    found = {}
    for alarm in cloud.client("cloudwatch").describe_alarms(AlarmNamePrefix=f"{NAME}-")["MetricAlarms"]:
        assert alarm["ActionsEnabled"], alarm
        assert [topic["TopicArn"]] == alarm["AlarmActions"] == alarm["OKActions"], alarm
        when = "<" if alarm["ComparisonOperator"] == "LessThanThreshold" else ">"
        told = f"{alarm['Namespace']} {alarm['MetricName']} {when} {alarm['Threshold']:.0f}"
        found[told] = {dimension["Name"]: dimension["Value"] for dimension in alarm["Dimensions"]}
    assert {
        "AWS/ApplicationELB HTTPCode_Target_5XX_Count > 10": requests,
        "AWS/ApplicationELB HTTPCode_ELB_5XX_Count > 10": requests,
        "AWS/ApplicationELB HealthyHostCount < 1": tasks,
        "AWS/ApplicationELB UnHealthyHostCount > 0": tasks,
        "AWS/ECS CPUUtilization > 85": web,
        "AWS/RDS CPUUtilization > 85": data,
        f"AWS/RDS FreeStorageSpace < {3 * 1024**3}": data,
    } == found


def test_tasks_are_as_many_as_there_is_work(cloud: Cloud) -> None:
    """Between the least and the most of them, by the processors' load and by the requests that each has to answer."""
    scaling = cloud.client("application-autoscaling")
    (target,) = scaling.describe_scalable_targets(ServiceNamespace="ecs")["ScalableTargets"]
    assert f"service/{NAME}/web" == target["ResourceId"]
    assert "ecs:service:DesiredCount" == target["ScalableDimension"]
    assert (1, 2) == (target["MinCapacity"], target["MaxCapacity"])
    found = {}
    for policy in scaling.describe_scaling_policies(ServiceNamespace="ecs")["ScalingPolicies"]:
        assert ("TargetTrackingScaling", target["ResourceId"]) == (policy["PolicyType"], policy["ResourceId"])
        settings = policy["TargetTrackingScalingPolicyConfiguration"]
        metric = settings["PredefinedMetricSpecification"]
        found[metric["PredefinedMetricType"], metric.get("ResourceLabel")] = settings["TargetValue"]
    assert {
        ("ECSServiceAverageCPUUtilization", None): 60,
        ("ALBRequestCountPerTarget", "/".join(labels(cloud))): 3000,
    } == found


def test_everything_says_whose_it_is_and_until_when(cloud: Cloud) -> None:
    """Whoever finds a thing at AWS knows of which deployment it is, whom to ask, and when anybody may destroy it."""
    taggable = resources(cloud)
    # Of this one moto does not keep them (moto_override.tf).
    del taggable["aws_appautoscaling_target.web[0]"]
    for address, attributes in taggable.items():
        assert TAGS <= set(attributes["tags_all"].items()), address
    # The most expensive resources are asked themselves.
    elb, ecs, ec2, cloudfront = (cloud.client(name) for name in ("elbv2", "ecs", "ec2", "cloudfront"))
    (described,) = elb.describe_tags(ResourceArns=[balancer(cloud)["LoadBalancerArn"]])["TagDescriptions"]
    seen = service(cloud)
    distribution = taggable["aws_cloudfront_distribution.toy[0]"]["arn"]
    (network,) = [network for network in ec2.describe_vpcs()["Vpcs"] if not network["IsDefault"]]
    for tags in (
        database(cloud)["TagList"],
        described["Tags"],
        network["Tags"],
        *(gateway["Tags"] for gateway in ec2.describe_nat_gateways()["NatGateways"]),
        *(address["Tags"] for address in ec2.describe_addresses()["Addresses"]),
        cloudfront.list_tags_for_resource(Resource=distribution)["Tags"]["Items"],
    ):
        assert TAGS <= {(tag["Key"], tag["Value"]) for tag in tags}
    for arn in (seen["clusterArn"], seen["serviceArn"], seen["taskDefinition"]):
        tags = ecs.list_tags_for_resource(resourceArn=arn)["tags"]
        assert TAGS <= {(tag["key"], tag["value"]) for tag in tags}, arn
    # Its tasks get them from it.
    assert "SERVICE" == seen["propagateTags"]


def test_task_may_do_nothing(cloud: Cloud) -> None:
    """A break into the toy gives no rights at AWS."""
    role = definition(cloud)["taskRoleArn"].rpartition("/")[2]
    assert f"{NAME}-web" == role
    assert [] == statements(cloud, role)
    assert set() == given(cloud, role)


def test_start_of_a_task_may_do_what_it_needs(cloud: Cloud) -> None:
    """It gets this image, reads these secrets with this key, and writes this log. Only migrations are the owner's."""
    role = definition(cloud)["executionRoleArn"].rpartition("/")[2]
    assert f"{NAME}-requests" == role
    assert set() == given(cloud, role)
    (repository,) = cloud.client("ecr").describe_repositories()["repositories"]
    (log,) = cloud.client("logs").describe_log_groups(logGroupNamePrefix=f"/{NAME}/web")["logGroups"]
    names = [f"/{NAME}/{name}" for name in ("django-secret-key", "web-password-0", "web-password-1")]
    parameters = cloud.client("ssm").get_parameters(Names=names)["Parameters"]
    key = cloud.client("kms").describe_key(KeyId=f"alias/{NAME}")["KeyMetadata"]
    expected = [
        ("*", ["ecr:GetAuthorizationToken"]),
        (
            repository["repositoryArn"],
            ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
        ),
        (log["arn"], ["logs:CreateLogStream", "logs:PutLogEvents"]),
        (
            [parameter["ARN"] for parameter in sorted(parameters, key=lambda found: found["Name"])],
            ["ssm:GetParameters"],
        ),
        (key["Arn"], ["kms:Decrypt"]),
    ]
    master = (database(cloud)["MasterUserSecret"]["SecretArn"], ["secretsmanager:GetSecretValue"])
    for name, rights in {role: expected, f"{NAME}-execution": [*expected, master]}.items():
        assert rights == [
            (statement["Resource"], as_list(statement["Action"])) for statement in statements(cloud, name)
        ]


def test_no_role_may_do_more_than_is_named(cloud: Cloud) -> None:
    """Each is for a service of AWS's and this account; its actions are named, and where AWS can, what they act on."""
    found = roles(cloud)
    assert {"execution", "requests", "web", "monitoring", "flow-log"} == {
        name.removeprefix(f"{NAME}-") for name in found
    }
    for name, role in found.items():
        assert given(cloud, name) <= {"AmazonRDSEnhancedMonitoringRole"}, name
        for statement in statements(cloud, name):
            actions, on = set(as_list(statement["Action"])), as_list(statement["Resource"])
            assert "*" not in "".join(actions), statement
            # Of a log group, all of its streams.
            is_named = not any("*" in arn.removesuffix(":*") for arn in on)
            assert is_named or actions <= ON_EVERYTHING, statement
        (trust,) = role["AssumeRolePolicyDocument"]["Statement"]
        assert trust["Principal"]["Service"].endswith(".amazonaws.com"), name
        assert {"StringEquals": {"aws:SourceAccount": "123456789012"}} == trust["Condition"], name


def test_destroy_leaves_nothing(cloud: Cloud) -> None:
    """All that costs money is gone; keys wait for their deletion, as AWS requires."""
    assert "✓ staging is removed." in cloud.infra("destroy", "staging", "--yes")
    assert [] == cloud.client("rds").describe_db_instances()["DBInstances"]
    ecs = cloud.client("ecs")
    clusters = ecs.describe_clusters(clusters=ecs.list_clusters()["clusterArns"])["clusters"]
    assert {"INACTIVE"} >= {cluster["status"] for cluster in clusters}
    assert [] == cloud.client("elbv2").describe_load_balancers()["LoadBalancers"]
    ec2 = cloud.client("ec2")
    assert {"deleted"} >= {gateway["State"] for gateway in ec2.describe_nat_gateways()["NatGateways"]}
    assert [] == ec2.describe_addresses()["Addresses"]
    assert [] == [vpc for vpc in ec2.describe_vpcs()["Vpcs"] if not vpc["IsDefault"]]
    assert [] == [group["logGroupName"] for group in cloud.client("logs").describe_log_groups()["logGroups"]]
    assert [] == cloud.client("cloudwatch").describe_alarms()["MetricAlarms"]
    cloudfront = cloud.client("cloudfront")
    assert [] == cloudfront.list_distributions()["DistributionList"]["Items"]
    assert [] == cloudfront.list_vpc_origins()["VpcOriginList"]["Items"]
    assert [] == cloud.client("wafv2").list_web_acls(Scope="CLOUDFRONT")["WebACLs"]
    assert [] == cloud.client("secretsmanager").list_secrets()["SecretList"]
    assert [] == cloud.client("ssm").describe_parameters()["Parameters"]
    assert [] == cloud.client("sns").list_topics()["Topics"]
    assert {} == roles(cloud)
    kms = cloud.client("kms")
    keys = [kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"] for key in kms.list_keys()["Keys"]]
    assert {"PendingDeletion"} == {key["KeyState"] for key in keys if key["KeyManager"] == "CUSTOMER"}
