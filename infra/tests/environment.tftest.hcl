# The modules fit together: what one makes is what the other uses.

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

run "environment" {
  variables {
    environment        = "test"
    region             = "eu-central-1"
    domain_name        = "chat.example.com"
    zone_name          = "example.com"
    nat_per_zone       = true
    task_cpu           = 1024
    task_memory        = 2048
    min_tasks          = 2
    max_tasks          = 10
    database           = "atlas"
    atlas_org_id       = "0123456789abcdef01234567"
    atlas_private_link = true
    valkey_nodes       = 2
    log_retention_days = 30
    alert_emails       = ["one@example.com"]
    monthly_budget_usd = 100
    protect            = true
    github_repository  = "example/webchat"
  }

  assert {
    condition     = output.url == "https://chat.example.com" && output.repository_url == "123456789012.dkr.ecr.eu-central-1.amazonaws.com/webchat" && length(output.nat_addresses) == 2
    error_message = "The outputs must say where the chat is and where its images go."
  }

  assert {
    condition     = output.deploy_role_arn == module.cicd[0].deploy_role_arn && output.database_secret == ""
    error_message = "The repository named must get its role."
  }

  assert {
    condition = alltrue([for name, value in {
      APP_URL                  = "https://chat.example.com"
      TRUSTED_PROXIES          = "1"
      S3_BUCKET                = "webchat-test-uploads-123456789012-eu-central-1"
      S3_REGION                = "eu-central-1"
      METRICS_INTERVAL_SECONDS = "60"
      SERVICE_NAME             = "webchat"
      ENVIRONMENT              = "test"
      NODE_OPTIONS             = "--max-old-space-size=1433"
    } : local.settings[name] == value]) && can(local.settings.MONGODB_URI)
    error_message = "The application must be told where it is, where its files go, how it is called, and how much memory it has."
  }

  assert {
    condition     = module.service.task_role_arn != "" && toset(keys(module.data.secrets)) == toset(["JWT_SECRET", "VALKEY_URL"])
    error_message = "The session and cache secrets must be handed on."
  }
}
