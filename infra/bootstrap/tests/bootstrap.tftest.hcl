# The state is safe, images cannot be changed, and a pull request can look but not touch.

mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }

  mock_resource "aws_s3_bucket" {
    defaults = { arn = "arn:aws:s3:::webchat-state-123456789012" }
  }

  mock_resource "aws_iam_openid_connect_provider" {
    defaults = { arn = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com" }
  }
}

variables {
  region            = "eu-central-1"
  github_repository = "example/webchat"
}

run "bootstrap" {
  assert {
    condition     = output.state_bucket == "webchat-state-123456789012" && aws_s3_bucket_versioning.state.versioning_configuration[0].status == "Enabled" && aws_s3_bucket.state.force_destroy == false
    error_message = "The state's bucket needs its name, and versions to go back to."
  }

  assert {
    condition     = aws_s3_bucket_public_access_block.state.block_public_acls && aws_s3_bucket_public_access_block.state.block_public_policy && aws_s3_bucket_public_access_block.state.ignore_public_acls && aws_s3_bucket_public_access_block.state.restrict_public_buckets
    error_message = "Public access must be blocked four times."
  }

  assert {
    condition     = jsondecode(aws_s3_bucket_policy.state.policy).Statement[0].Effect == "Deny" && jsondecode(aws_s3_bucket_policy.state.policy).Statement[0].Condition.Bool["aws:SecureTransport"] == "false"
    error_message = "The state must not travel over plain HTTP."
  }

  assert {
    condition     = aws_ecr_repository.app.image_tag_mutability == "IMMUTABLE" && aws_ecr_repository.app.image_scanning_configuration[0].scan_on_push && length(jsondecode(aws_ecr_lifecycle_policy.app.policy).rules) == 2
    error_message = "Images must keep their tags, be scanned, and not pile up."
  }

  assert {
    condition = jsondecode(aws_iam_role.plan.assume_role_policy).Statement[0].Condition == { StringEquals = {
      "token.actions.githubusercontent.com:aud" = "sts.amazonaws.com"
      "token.actions.githubusercontent.com:sub" = "repo:example/webchat:pull_request"
    } } && jsondecode(aws_iam_role.plan.assume_role_policy).Statement[0].Principal.Federated == aws_iam_openid_connect_provider.github.arn
    error_message = "Only pull requests of this repository may preview: exact, without asterisks."
  }

  assert {
    condition = alltrue([for action in flatten([for statement in jsondecode(aws_iam_role_policy.plan.policy).Statement : statement.Action]) :
      can(regex("^[a-z0-9]+:(Get|List|Describe)[A-Za-z]+$", action)) && !startswith(action, "secretsmanager:")
    ])
    error_message = "A preview may only look, and not at secrets."
  }

  assert {
    condition     = one([for statement in jsondecode(aws_iam_role_policy.plan.policy).Statement : statement.Resource if contains(flatten([statement.Action]), "s3:GetObject")]) == "arn:aws:s3:::webchat-state-123456789012/*/terraform.tfstate"
    error_message = "A preview may read states, and no other object."
  }
}

run "every_variable_wrong" {
  command = plan

  variables {
    project           = "Web Chat"
    region            = "Frankfurt"
    github_repository = "example/*"
  }

  expect_failures = [var.project, var.region, var.github_repository]
}
