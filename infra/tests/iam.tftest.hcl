# Every role may do what it needs, on the resources that it needs, and nothing else.

mock_provider "aws" {
  source = "./tests/mocks/aws"
}

run "roles_of_the_service" {
  module {
    source = "./modules/service"
  }

  variables {
    name                   = "webchat-test"
    region                 = "eu-central-1"
    domain_name            = "chat.example.com"
    zone_name              = "example.com"
    vpc_id                 = "vpc-1"
    public_subnet_ids      = ["subnet-a", "subnet-b"]
    private_subnet_ids     = ["subnet-c", "subnet-d"]
    lb_security_group_id   = "sg-lb"
    task_security_group_id = "sg-task"
    uploads_bucket_arn     = "arn:aws:s3:::uploads"
    access_logs_bucket     = "logs"
    repository_arn         = "arn:aws:ecr:eu-central-1:123456789012:repository/webchat"
    image                  = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/webchat:first"
    cpu_architecture       = "ARM64"
    task_cpu               = 256
    task_memory            = 1024
    min_tasks              = 1
    max_tasks              = 2
    connections_per_task   = 1000
    metric_dimensions      = { service = "webchat", environment = "test" }
    settings               = {}
    secrets = {
      JWT_SECRET = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:jwt-secret"
      VALKEY_URL = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:valkey-url"
    }
    log_group_name       = "/webchat/webchat-test"
    log_group_arn        = "arn:aws:logs:eu-central-1:123456789012:log-group:/webchat/webchat-test"
    rollback_alarm_names = []
    protect              = false
  }

  assert {
    condition     = jsondecode(aws_iam_role.task.assume_role_policy).Statement[0].Principal == { Service = "ecs-tasks.amazonaws.com" } && jsondecode(aws_iam_role.execution.assume_role_policy).Statement[0].Principal == { Service = "ecs-tasks.amazonaws.com" }
    error_message = "Only tasks of ECS may take these roles."
  }

  assert {
    condition = jsonencode(jsondecode(aws_iam_role_policy.task.policy).Statement) == jsonencode([
      {
        Sid      = "Files"
        Effect   = "Allow"
        Action   = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"]
        Resource = "arn:aws:s3:::uploads/uploads/*"
      },
      {
        Sid       = "TellMissingFiles"
        Effect    = "Allow"
        Action    = "s3:ListBucket"
        Resource  = "arn:aws:s3:::uploads"
        Condition = { StringLike = { "s3:prefix" = "uploads/*" } }
      },
    ])
    error_message = "The task may read, write, delete and list files under uploads/, so that a missing one is 404 and not 403; and do nothing else."
  }

  # An account may have a second region, and a role's name must be unique in the account.
  assert {
    condition     = aws_iam_role.task.name == "webchat-test-eu-central-1-task" && aws_iam_role.execution.name == "webchat-test-eu-central-1-execution"
    error_message = "Names of roles must hold the region."
  }

  assert {
    condition = { for statement in jsondecode(aws_iam_role_policy.execution.policy).Statement : statement.Sid => statement.Resource } == {
      SignInToRegistry = "*"
      PullImage        = "arn:aws:ecr:eu-central-1:123456789012:repository/webchat"
      WriteLogs        = "arn:aws:logs:eu-central-1:123456789012:log-group:/webchat/webchat-test:log-stream:*"
      ReadSecrets      = ["arn:aws:secretsmanager:eu-central-1:123456789012:secret:jwt-secret", "arn:aws:secretsmanager:eu-central-1:123456789012:secret:valkey-url"]
    }
    error_message = "The execution role may pull from one repository, write one log group, and read the named secrets."
  }

  assert {
    condition = toset(flatten([for statement in jsondecode(aws_iam_role_policy.execution.policy).Statement : statement.Action])) == toset([
      "ecr:GetAuthorizationToken", "ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer",
      "logs:CreateLogStream", "logs:PutLogEvents", "secretsmanager:GetSecretValue",
    ])
    error_message = "The execution role has actions that starting a task does not need, or lacks one."
  }
}

run "role_of_deployments" {
  module {
    source = "./modules/cicd"
  }

  variables {
    name              = "webchat-test"
    account_id        = "123456789012"
    region            = "eu-central-1"
    environment       = "test"
    github_repository = "example@12/webchat@345"
    repository_arn    = "arn:aws:ecr:eu-central-1:123456789012:repository/webchat"
    service_arn       = "arn:aws:ecs:eu-central-1:123456789012:service/webchat-test/webchat-test"
    passed_role_arns  = ["arn:aws:iam::123456789012:role/webchat-test-task", "arn:aws:iam::123456789012:role/webchat-test-execution"]
  }

  assert {
    condition = jsondecode(aws_iam_role.deploy.assume_role_policy).Statement[0].Condition == { StringEquals = {
      "token.actions.githubusercontent.com:aud" = "sts.amazonaws.com"
      "token.actions.githubusercontent.com:sub" = ["repo:example@12/webchat@345:environment:test", "repo:example/webchat:environment:test"]
    } } && aws_iam_role.deploy.name == "webchat-test-eu-central-1-deploy"
    error_message = "Only this repository, in this environment, may deploy: in either form of GitHub's tokens, exact, without asterisks."
  }

  assert {
    condition     = length([for statement in jsondecode(aws_iam_role_policy.deploy.policy).Statement : statement if statement.Resource == "*" && !contains(["SignInToRegistry", "ReadTaskDefinitions"], statement.Sid)]) == 0
    error_message = "Only actions that know no resource may be allowed on all."
  }

  assert {
    condition     = length([for action in flatten([for statement in jsondecode(aws_iam_role_policy.deploy.policy).Statement : statement.Action]) : action if strcontains(action, "*")]) == 0
    error_message = "No action may be an asterisk."
  }

  assert {
    condition = one([for statement in jsondecode(aws_iam_role_policy.deploy.policy).Statement : statement if contains(flatten([statement.Action]), "iam:PassRole")]) == {
      Sid       = "PassRoles"
      Effect    = "Allow"
      Action    = "iam:PassRole"
      Resource  = ["arn:aws:iam::123456789012:role/webchat-test-task", "arn:aws:iam::123456789012:role/webchat-test-execution"]
      Condition = { StringEquals = { "iam:PassedToService" = "ecs-tasks.amazonaws.com" } }
    }
    error_message = "Only the two roles of the tasks may be passed, and only to tasks."
  }

  assert {
    condition     = length([for action in flatten([for statement in jsondecode(aws_iam_role_policy.deploy.policy).Statement : statement.Action]) : action if startswith(action, "iam:") && action != "iam:PassRole" || startswith(action, "secretsmanager:") || startswith(action, "s3:")]) == 0
    error_message = "A deployment may touch no role, no secret and no file."
  }
}
