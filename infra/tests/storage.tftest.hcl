# Only the chat can reach the files, and none is kept for ever by accident.

mock_provider "aws" {
  source = "./tests/mocks/aws"
}

run "buckets" {
  module {
    source = "./modules/storage"
  }

  variables {
    name               = "webchat-test"
    account_id         = "123456789012"
    region             = "eu-central-1"
    origin             = "https://chat.example.com"
    log_retention_days = 30
    protect            = true
  }

  assert {
    condition     = length(aws_s3_bucket_public_access_block.main) == 2 && alltrue([for block in aws_s3_bucket_public_access_block.main : block.block_public_acls && block.block_public_policy && block.ignore_public_acls && block.restrict_public_buckets])
    error_message = "Public access must be blocked four times, for both buckets."
  }

  assert {
    condition     = length(aws_s3_bucket_ownership_controls.main) == 2 && alltrue([for controls in aws_s3_bucket_ownership_controls.main : controls.rule[0].object_ownership == "BucketOwnerEnforced"])
    error_message = "Both buckets must do without access control lists."
  }

  assert {
    condition     = alltrue([for encryption in aws_s3_bucket_server_side_encryption_configuration.main : one(encryption.rule).apply_server_side_encryption_by_default[0].sse_algorithm == "AES256"])
    error_message = "Both buckets must encrypt what they keep."
  }

  assert {
    condition = alltrue([for key in ["uploads", "logs"] : anytrue([
      for statement in jsondecode(aws_s3_bucket_policy.main[key].policy).Statement :
      statement.Effect == "Deny" && statement.Action == "s3:*" && statement.Principal == "*" && try(statement.Condition.Bool["aws:SecureTransport"] == "false", false) && length(statement.Resource) == 2
    ])])
    error_message = "Both buckets must refuse plain HTTP, for themselves and for every object."
  }

  assert {
    condition     = anytrue([for statement in jsondecode(aws_s3_bucket_policy.main["uploads"].policy).Statement : statement.Effect == "Deny" && try(tonumber(statement.Condition.NumericGreaterThan["s3:signatureAge"]) == 3600000, false)])
    error_message = "Signed addresses must end to be good after an hour, which parts of uploads may take."
  }

  assert {
    condition     = alltrue([for statement in jsondecode(aws_s3_bucket_policy.main["uploads"].policy).Statement : statement.Effect == "Deny"])
    error_message = "The policy of the files' bucket may let nobody in: roles do that."
  }

  assert {
    condition = alltrue([for statement in jsondecode(aws_s3_bucket_policy.main["logs"].policy).Statement :
      statement.Effect == "Deny" || (can(statement.Principal.Service) && can(statement.Condition) && strcontains(jsonencode(statement.Condition), "123456789012"))
    ])
    error_message = "Only services of AWS may write logs, and only on behalf of this account."
  }

  assert {
    condition     = alltrue([for key in ["uploads", "logs"] : aws_s3_bucket.main[key].bucket == "webchat-test-${key}-123456789012-eu-central-1"])
    error_message = "Names of buckets are global: they must hold account and region."
  }

  assert {
    condition     = !strcontains(aws_s3_bucket_policy.main["logs"].policy, "s3:x-amz-acl")
    error_message = "Flow logs that come without an access list would be dropped silently."
  }

  assert {
    condition     = length(module.replica) == 0
    error_message = "Nobody asked for a copy."
  }

  assert {
    condition     = aws_s3_bucket_versioning.uploads.versioning_configuration[0].status == "Enabled"
    error_message = "A deleted file must be there to be brought back."
  }

  assert {
    condition = (
      one([for rule in aws_s3_bucket_lifecycle_configuration.uploads.rule : rule if rule.id == "unfinished-uploads"]).abort_incomplete_multipart_upload[0].days_after_initiation == 1 &&
      one([for rule in aws_s3_bucket_lifecycle_configuration.uploads.rule : rule if rule.id == "deleted-files"]).noncurrent_version_expiration[0].noncurrent_days == 30 &&
      one([for rule in aws_s3_bucket_lifecycle_configuration.uploads.rule : rule if rule.id == "deleted-files"]).expiration[0].expired_object_delete_marker
    )
    error_message = "Unfinished uploads must go after a day, deleted versions after thirty, and then their markers."
  }

  assert {
    condition     = alltrue([for rule in aws_s3_bucket_lifecycle_configuration.uploads.rule : rule.status == "Enabled" && try(rule.expiration[0].days, null) == null])
    error_message = "No rule may expire files that are there."
  }

  assert {
    condition     = aws_s3_bucket_lifecycle_configuration.logs.rule[0].expiration[0].days == 30
    error_message = "Logs must go after their time."
  }

  assert {
    condition = alltrue([for rule in aws_s3_bucket_cors_configuration.uploads.cors_rule :
      toset(rule.allowed_origins) == toset(["https://chat.example.com"]) && toset(rule.allowed_methods) == toset(["GET", "HEAD", "PUT"]) && contains(rule.expose_headers, "ETag")
    ])
    error_message = "The chat's own origin, and no other, may use the bucket from a browser; it must see ETags."
  }

  assert {
    condition     = alltrue([for bucket in aws_s3_bucket.main : bucket.force_destroy == false])
    error_message = "Protected buckets must not be emptied by Terraform."
  }
}
