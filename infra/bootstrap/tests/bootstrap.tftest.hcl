# The state is safe, images cannot be changed, and what is deployed is kept.

mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }

  mock_resource "aws_s3_bucket" {
    defaults = { arn = "arn:aws:s3:::webchat-state-123456789012-eu-central-1" }
  }
}

variables {
  region = "eu-central-1"
}

run "bootstrap" {
  assert {
    condition     = output.state_bucket == "webchat-state-123456789012-eu-central-1" && aws_s3_bucket_versioning.state.versioning_configuration[0].status == "Enabled" && aws_s3_bucket.state.force_destroy == false
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
    condition     = aws_ecr_repository.app.image_tag_mutability == "IMMUTABLE" && aws_ecr_repository.app.image_scanning_configuration[0].scan_on_push
    error_message = "Images must keep their tags, and be scanned."
  }

  # A smaller number wins, so the rule for the newest commits does not apply to images with an environment's tag.
  assert {
    condition = [for rule in jsondecode(aws_ecr_lifecycle_policy.app.policy).rules : "${rule.rulePriority} ${try(rule.selection.tagPrefixList[0], rule.selection.tagStatus)} ${rule.selection.countNumber}"] == [
      "1 prod- 30", "2 dev- 30", "3 first 30", "4 untagged 7", "5 any 60",
    ]
    error_message = "What is deployed must outlive the newest commits."
  }
}

run "with_a_second_region" {
  variables {
    replica_region = "eu-west-1"
  }

  assert {
    condition     = module.replica[0].bucket_arn != ""
    error_message = "The states must be copied to the second region."
  }
}

run "every_variable_wrong" {
  command = plan

  variables {
    project      = "web--chat"
    region       = "eu-central-9"
    environments = ["prod-"]
  }

  expect_failures = [var.project, var.region, var.environments]
}
