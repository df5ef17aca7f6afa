# A pull request can read, and change nothing.

mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }

  mock_resource "aws_iam_openid_connect_provider" {
    defaults = { arn = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com" }
  }
}

variables {
  region            = "eu-central-1"
  github_repository = "example@12/webchat@345"
}

run "account" {
  assert {
    condition = jsondecode(aws_iam_role.plan.assume_role_policy).Statement[0].Condition == { StringEquals = {
      "token.actions.githubusercontent.com:aud" = "sts.amazonaws.com"
      "token.actions.githubusercontent.com:sub" = ["repo:example@12/webchat@345:pull_request", "repo:example/webchat:pull_request"]
    } } && jsondecode(aws_iam_role.plan.assume_role_policy).Statement[0].Principal.Federated == aws_iam_openid_connect_provider.github.arn
    error_message = "Only pull requests of this repository may preview: in either form of its name, exact, without asterisks."
  }

  assert {
    condition = alltrue([for action in flatten([for statement in jsondecode(aws_iam_role_policy.plan.policy).Statement : statement.Action]) :
      can(regex("^[a-z0-9]+:(Get|List|Describe)[A-Za-z]+$", action)) && !startswith(action, "secretsmanager:")
    ])
    error_message = "A preview may only look, and not at secrets."
  }

  assert {
    condition     = one([for statement in jsondecode(aws_iam_role_policy.plan.policy).Statement : statement.Resource if contains(flatten([statement.Action]), "s3:GetObject")]) == "arn:aws:s3:::webchat-state-123456789012-*/*/terraform.tfstate"
    error_message = "A preview may read states, and no other object."
  }
}

run "a_repository_without_ids" {
  variables {
    github_repository = "example/webchat"
  }

  assert {
    condition     = jsondecode(aws_iam_role.plan.assume_role_policy).Statement[0].Condition.StringEquals["token.actions.githubusercontent.com:sub"] == ["repo:example/webchat:pull_request"]
    error_message = "An older repository has one form only."
  }
}

run "every_variable_wrong" {
  command = plan

  variables {
    project           = "internal-chat"
    region            = "Frankfurt"
    github_repository = "example@12/*"
  }

  expect_failures = [var.project, var.region, var.github_repository]
}
