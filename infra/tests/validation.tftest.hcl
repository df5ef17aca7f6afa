# A wrong variable is refused with a sentence before anything is made. A comparison with a variable that is itself refused
# is not evaluated, so comparisons have their own run.

mock_provider "aws" {
  source = "./tests/mocks/aws"
}

mock_provider "mongodbatlas" {
  source = "./tests/mocks/atlas"
}

run "every_variable_wrong" {
  command = plan

  variables {
    project              = "Web Chat"
    environment          = "Prod!"
    region               = "Frankfurt"
    domain_name          = "https://chat.example.com/"
    zone_name            = "example.com"
    vpc_cidr             = "10.20.0.0/28"
    nat_per_zone         = true
    cpu_architecture     = "arm"
    image_tag            = "latest"
    task_cpu             = 300
    task_memory          = 1024
    min_tasks            = 0
    max_tasks            = 2
    connections_per_task = 1
    database             = "postgres"
    database_port        = 0
    atlas_instance_size  = "M0"
    valkey_node_type     = "t4g.micro"
    valkey_nodes         = 0
    secrets_version      = 0
    upload_quota_gib     = 0
    mail_from            = "nobody"
    admin_email          = "nobody"
    registration         = "friends"
    mail_port            = 0
    log_level            = "loud"
    log_retention_days   = 31
    alert_emails         = ["nobody"]
    monthly_budget_usd   = 0
    protect              = true
    github_repository    = "example/*"
  }

  expect_failures = [
    var.project, var.environment, var.region, var.domain_name, var.vpc_cidr, var.cpu_architecture, var.image_tag,
    var.task_cpu, var.min_tasks, var.connections_per_task, var.database, var.database_port,
    var.atlas_instance_size, var.valkey_node_type, var.valkey_nodes, var.secrets_version, var.upload_quota_gib, var.log_level,
    var.mail_from, var.admin_email, var.registration, var.mail_port, var.log_retention_days, var.alert_emails, var.monthly_budget_usd, var.github_repository,
  ]
}

# Each value is valid alone; together they contradict each other.
run "variables_that_contradict_each_other" {
  command = plan

  variables {
    environment        = "test"
    region             = "eu-central-1"
    domain_name        = "chat.example.com"
    zone_name          = "example.org"
    nat_per_zone       = false
    task_cpu           = 1024
    task_memory        = 1024
    min_tasks          = 4
    max_tasks          = 3
    database           = "atlas"
    valkey_nodes       = 1
    log_retention_days = 30
    alert_emails       = []
    monthly_budget_usd = 100
    protect            = true
  }

  expect_failures = [var.zone_name, var.task_memory, var.max_tasks, var.atlas_org_id, var.alert_emails]
}

# Each of these values was once accepted here, and refused by AWS or Atlas half an hour later.

run "a_name_with_two_hyphens" {
  command = plan

  variables {
    environment        = "test"
    region             = "eu-central-1"
    domain_name        = "chat.example.com"
    zone_name          = "example.com"
    nat_per_zone       = false
    task_cpu           = 1024
    task_memory        = 2048
    min_tasks          = 1
    max_tasks          = 3
    database           = "existing"
    valkey_nodes       = 1
    log_retention_days = 30
    alert_emails       = ["one@example.com"]
    monthly_budget_usd = 100
    protect            = true
    project            = "web--chat"
  }

  expect_failures = [var.project]
}

run "a_name_that_load_balancers_refuse" {
  command = plan

  variables {
    environment        = "test"
    region             = "eu-central-1"
    domain_name        = "chat.example.com"
    zone_name          = "example.com"
    nat_per_zone       = false
    task_cpu           = 1024
    task_memory        = 2048
    min_tasks          = 1
    max_tasks          = 3
    database           = "existing"
    valkey_nodes       = 1
    log_retention_days = 30
    alert_emails       = ["one@example.com"]
    monthly_budget_usd = 100
    protect            = true
    project            = "internal-chat"
  }

  expect_failures = [var.project]
}

run "a_task_larger_than_fargate_has" {
  command = plan

  variables {
    environment        = "test"
    region             = "eu-central-1"
    domain_name        = "chat.example.com"
    zone_name          = "example.com"
    nat_per_zone       = false
    task_cpu           = 4096
    task_memory        = 32768
    min_tasks          = 1
    max_tasks          = 3
    database           = "existing"
    valkey_nodes       = 1
    log_retention_days = 30
    alert_emails       = ["one@example.com"]
    monthly_budget_usd = 100
    protect            = true
  }

  expect_failures = [var.task_memory]
}

run "a_domain_too_long_for_a_certificate" {
  command = plan

  variables {
    environment        = "test"
    region             = "eu-central-1"
    domain_name        = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.example.com"
    zone_name          = "example.com"
    nat_per_zone       = false
    task_cpu           = 1024
    task_memory        = 2048
    min_tasks          = 1
    max_tasks          = 3
    database           = "existing"
    valkey_nodes       = 1
    log_retention_days = 30
    alert_emails       = ["one@example.com"]
    monthly_budget_usd = 100
    protect            = true
  }

  expect_failures = [var.domain_name]
}

run "a_domain_with_a_label_too_long" {
  command = plan

  variables {
    environment        = "test"
    region             = "eu-central-1"
    domain_name        = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.e.co"
    zone_name          = "e.co"
    nat_per_zone       = false
    task_cpu           = 1024
    task_memory        = 2048
    min_tasks          = 1
    max_tasks          = 3
    database           = "existing"
    valkey_nodes       = 1
    log_retention_days = 30
    alert_emails       = ["one@example.com"]
    monthly_budget_usd = 100
    protect            = true
  }

  expect_failures = [var.domain_name]
}

run "what_no_one_has" {
  command = plan

  variables {
    environment         = "test"
    region              = "eu-central-9"
    domain_name         = "chat.example.com"
    zone_name           = "example.com"
    nat_per_zone        = false
    task_cpu            = 1024
    task_memory         = 2048
    min_tasks           = 1
    max_tasks           = 16
    database            = "existing"
    valkey_nodes        = 1
    log_retention_days  = 30
    alert_emails        = ["one@example.com"]
    monthly_budget_usd  = 100
    protect             = true
    atlas_instance_size = "M15"
    valkey_node_type    = "cache.x9.huge"
    vpc_cidr            = "10.20.0.1/16"
  }

  expect_failures = [var.region, var.atlas_instance_size, var.valkey_node_type, var.vpc_cidr, var.max_tasks]
}

run "what_stands_before_it" {
  command = plan

  variables {
    environment        = "test"
    region             = "eu-central-1"
    domain_name        = "chat.example.com"
    zone_name          = "example.com"
    nat_per_zone       = false
    task_cpu           = 1024
    task_memory        = 2048
    min_tasks          = 1
    max_tasks          = 3
    database           = "existing"
    valkey_nodes       = 1
    log_retention_days = 30
    alert_emails       = ["one@example.com"]
    monthly_budget_usd = 100
    protect            = true
    sign_in_limit      = 1
    request_limit      = 10
    canary_minutes     = 7
    replica_region     = "eu-central-1"
  }

  expect_failures = [var.sign_in_limit, var.request_limit, var.canary_minutes, var.replica_region]
}

run "the_largest_that_there_is" {
  command = plan

  variables {
    environment         = "test"
    region              = "ap-southeast-2"
    domain_name         = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.example.com"
    zone_name           = "example.com"
    nat_per_zone        = false
    task_cpu            = 4096
    task_memory         = 30720
    min_tasks           = 1
    max_tasks           = 15
    database            = "existing"
    valkey_nodes        = 1
    log_retention_days  = 30
    alert_emails        = ["one@example.com"]
    monthly_budget_usd  = 100
    protect             = true
    project             = "a-b"
    atlas_instance_size = "M30"
    valkey_node_type    = "cache.m7g.large"
    vpc_cidr            = "10.20.16.0/20"
    github_repository   = "example@12/webchat@345"
  }

  assert {
    condition     = output.repository_url == "123456789012.dkr.ecr.ap-southeast-2.amazonaws.com/a-b"
    error_message = "What AWS takes must not be refused."
  }
}

run "a_secret_in_the_plain_environment" {
  command = plan

  module {
    source = "./modules/service"
  }

  variables {
    name                   = "webchat-test"
    region                 = "eu-central-1"
    domain_name            = "chat.example.com"
    zone_name              = "example.com"
    vpc_id                 = "vpc-1"
    public_subnet_ids      = []
    private_subnet_ids     = []
    lb_security_group_id   = "sg-lb"
    task_security_group_id = "sg-task"
    uploads_bucket_arn     = "arn:aws:s3:::uploads"
    access_logs_bucket     = "logs"
    repository_arn         = "arn:aws:ecr:eu-central-1:123456789012:repository/webchat"
    image                  = "webchat:first"
    cpu_architecture       = "ARM64"
    task_cpu               = 256
    task_memory            = 1024
    min_tasks              = 1
    max_tasks              = 2
    connections_per_task   = 1000
    metric_dimensions      = {}
    settings               = { JWT_SECRET = "in plain sight" }
    secrets                = {}
    log_group_name         = "group"
    log_group_arn          = "arn:aws:logs:eu-central-1:123456789012:log-group:group"
    rollback_alarm_names   = []
    protect                = false
  }

  expect_failures = [var.settings]
}
