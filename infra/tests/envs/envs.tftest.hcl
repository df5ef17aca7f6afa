# The files of envs/, unchanged: terraform test -test-directory=tests/envs -var-file=envs/prod.tfvars

mock_provider "aws" {
  source = "./tests/mocks/aws"
}

mock_provider "mongodbatlas" {
  source = "./tests/mocks/atlas"
}

# The mocked Atlas has no address, which module.data refuses (data.tftest.hcl).
override_module {
  target = module.data

  outputs = {
    settings = { MONGODB_URI = "mongodb+srv://cluster.example.net/webchat", MONGODB_POOL_SIZE = "40" }
    secrets = {
      JWT_SECRET = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:jwt-secret"
      VALKEY_URL = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:valkey-url"
    }
    database_secret  = ""
    mail_secret      = ""
    cache_member_ids = ["webchat-test-001"]
  }
}

run "file" {
  assert {
    condition     = output.url == "https://${var.domain_name}"
    error_message = "The environment must be reached at its domain."
  }

  assert {
    condition     = (var.environment != "prod") || (var.protect && var.nat_per_zone && var.min_tasks >= 2 && var.valkey_nodes >= 2)
    error_message = "In production either zone may fail, and nothing is deleted by mistake."
  }
}
