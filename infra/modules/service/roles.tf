# Two roles: the task role says what the application may do, the execution role what ECS may do to start it. A role's name
# must be unique in the account, so it contains the region.

locals {
  trust = {
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "ecs-tasks.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  }

  # Signing addresses needs only the rights of the signed requests. Signing in to Atlas needs none.
  task_policy = {
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "Files"
        Effect   = "Allow"
        Action   = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"]
        Resource = "${var.uploads_bucket_arn}/uploads/*"
      },
      {
        # S3 answers 404 for a missing object only to those who may list the bucket. Others get 403, which looks like a
        # missing right.
        Sid       = "TellMissingFiles"
        Effect    = "Allow"
        Action    = "s3:ListBucket"
        Resource  = var.uploads_bucket_arn
        Condition = { StringLike = { "s3:prefix" = "uploads/*" } }
      },
    ]
  }

  execution_policy = {
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
        Sid      = "PullImage"
        Effect   = "Allow"
        Action   = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
        Resource = var.repository_arn
      },
      {
        Sid      = "WriteLogs"
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "${var.log_group_arn}:log-stream:*"
      },
      {
        Sid      = "ReadSecrets"
        Effect   = "Allow"
        Action   = "secretsmanager:GetSecretValue"
        Resource = values(var.secrets)
      },
    ]
  }
}

resource "aws_iam_role" "task" {
  name               = "${var.name}-${var.region}-task"
  assume_role_policy = jsonencode(local.trust)
}

resource "aws_iam_role_policy" "task" {
  name   = "files"
  role   = aws_iam_role.task.id
  policy = jsonencode(local.task_policy)
}

resource "aws_iam_role" "execution" {
  name               = "${var.name}-${var.region}-execution"
  assume_role_policy = jsonencode(local.trust)
}

resource "aws_iam_role_policy" "execution" {
  name   = "start-tasks"
  role   = aws_iam_role.execution.id
  policy = jsonencode(local.execution_policy)
}
