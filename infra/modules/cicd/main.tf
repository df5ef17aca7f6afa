# Who may deploy: only a run of GitHub Actions in this repository, in the environment of this name. GitHub decides which
# runs may use that environment (branches, approvals): Settings, Environments.

locals {
  # GitHub names the repository in its tokens as owner/name. Where that is switched on, and in all repositories that were
  # made, renamed or moved since 2026-07-15, it is OWNER@ID/NAME@ID. Both are accepted exactly; the ids never change.
  repositories = distinct([var.github_repository, replace(var.github_repository, "/@[0-9]+/", "")])

  trust = {
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Federated = "arn:aws:iam::${var.account_id}:oidc-provider/token.actions.githubusercontent.com" }
      Action    = "sts:AssumeRoleWithWebIdentity"
      Condition = { StringEquals = {
        "token.actions.githubusercontent.com:aud" = "sts.amazonaws.com"
        "token.actions.githubusercontent.com:sub" = [for repository in local.repositories : "repo:${repository}:environment:${var.environment}"]
      } }
    }]
  }

  deploy_policy = {
    Version = "2012-10-17"
    Statement = [
      {
        # This action cannot be limited to a repository. Its token allows only what the next statement allows.
        Sid      = "SignInToRegistry"
        Effect   = "Allow"
        Action   = "ecr:GetAuthorizationToken"
        Resource = "*"
      },
      {
        Sid    = "PushAndScanImages"
        Effect = "Allow"
        Action = [
          "ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer", "ecr:InitiateLayerUpload",
          "ecr:UploadLayerPart", "ecr:CompleteLayerUpload", "ecr:PutImage", "ecr:DescribeImages", "ecr:DescribeImageScanFindings",
        ]
        Resource = var.repository_arn
      },
      {
        # Reading task definitions cannot be limited to some of them. Registering one starts nothing.
        Sid      = "ReadTaskDefinitions"
        Effect   = "Allow"
        Action   = "ecs:DescribeTaskDefinition"
        Resource = "*"
      },
      {
        Sid      = "RegisterRevision"
        Effect   = "Allow"
        Action   = "ecs:RegisterTaskDefinition"
        Resource = "arn:aws:ecs:${var.region}:${var.account_id}:task-definition/${var.name}:*"
      },
      {
        Sid      = "Deploy"
        Effect   = "Allow"
        Action   = ["ecs:DescribeServices", "ecs:UpdateService"]
        Resource = var.service_arn
      },
      {
        # A revision names the roles of its tasks. Only these two can be named, and only for tasks.
        Sid       = "PassRoles"
        Effect    = "Allow"
        Action    = "iam:PassRole"
        Resource  = var.passed_role_arns
        Condition = { StringEquals = { "iam:PassedToService" = "ecs-tasks.amazonaws.com" } }
      },
    ]
  }
}

resource "aws_iam_role" "deploy" {
  name               = "${var.name}-${var.region}-deploy"
  description        = "GitHub Actions: deploys ${var.name}"
  assume_role_policy = jsonencode(local.trust)
}

resource "aws_iam_role_policy" "deploy" {
  name   = "deploy"
  role   = aws_iam_role.deploy.id
  policy = jsonencode(local.deploy_policy)
}
