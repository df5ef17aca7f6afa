module "network" {
  source = "./modules/network"

  name                 = local.name
  vpc_cidr             = var.vpc_cidr
  region               = var.region
  nat_per_zone         = var.nat_per_zone
  database_port        = var.database_port
  private_database     = var.database == "atlas" && var.atlas_private_link
  mail_port            = var.mail_from == "" ? 0 : var.mail_port
  flow_logs_bucket_arn = module.storage.logs_bucket_arn
  only_from_cloudfront = var.cloudfront
}

module "storage" {
  source = "./modules/storage"

  name               = local.name
  account_id         = local.account_id
  region             = var.region
  origin             = local.origin
  log_retention_days = var.log_retention_days
  replica_region     = var.replica_region
  protect            = var.protect
}

module "data" {
  source = "./modules/data"

  name                       = local.name
  region                     = var.region
  vpc_id                     = module.network.vpc_id
  private_subnet_ids         = module.network.private_subnet_ids
  nat_count                  = var.nat_per_zone ? 2 : 1
  nat_addresses              = module.network.nat_addresses
  cache_security_group_id    = module.network.cache_security_group_id
  database_security_group_id = module.network.database_security_group_id
  task_role_arn              = module.service.task_role_arn
  database                   = var.database
  atlas_org_id               = var.atlas_org_id
  atlas_instance_size        = var.atlas_instance_size
  atlas_private_link         = var.atlas_private_link
  max_tasks                  = var.max_tasks
  canary                     = var.canary_minutes > 0
  mail                       = var.mail_from != ""
  alert_emails               = var.alert_emails
  replica_region             = var.replica_region
  valkey_node_type           = var.valkey_node_type
  valkey_nodes               = var.valkey_nodes
  secrets_version            = var.secrets_version
  protect                    = var.protect
}

module "service" {
  source = "./modules/service"

  name                   = local.name
  region                 = var.region
  domain_name            = var.domain_name
  zone_name              = var.zone_name
  vpc_id                 = module.network.vpc_id
  public_subnet_ids      = module.network.public_subnet_ids
  private_subnet_ids     = module.network.private_subnet_ids
  lb_security_group_id   = module.network.lb_security_group_id
  task_security_group_id = module.network.task_security_group_id
  uploads_bucket_arn     = module.storage.uploads_bucket_arn
  access_logs_bucket     = module.storage.logs_bucket
  repository_arn         = local.repository_arn
  image                  = "${local.repository_url}:${var.image_tag}"
  cpu_architecture       = var.cpu_architecture
  task_cpu               = var.task_cpu
  task_memory            = var.task_memory
  min_tasks              = var.min_tasks
  max_tasks              = var.max_tasks
  connections_per_task   = var.connections_per_task
  metric_dimensions      = { service = var.project, environment = var.environment }
  settings               = local.settings
  secrets                = module.data.secrets
  log_group_name         = module.observability.log_group_name
  log_group_arn          = module.observability.log_group_arn
  rollback_alarm_names   = module.observability.rollback_alarm_names
  edge                   = one(module.edge)
  canary_minutes         = var.canary_minutes
  protect                = var.protect
}

module "observability" {
  source = "./modules/observability"

  name                     = local.name
  environment              = var.environment
  account_id               = local.account_id
  region                   = var.region
  log_retention_days       = var.log_retention_days
  alert_emails             = var.alert_emails
  monthly_budget_usd       = var.monthly_budget_usd
  metric_dimensions        = { service = var.project, environment = var.environment }
  load_balancer_arn_suffix = module.service.load_balancer_arn_suffix
  target_group_arn_suffix  = module.service.target_group_arn_suffix
  cache_member_ids         = module.data.cache_member_ids
  min_tasks                = var.min_tasks
  max_tasks                = var.max_tasks
  max_connections_per_task = var.connections_per_task * 2
  canary                   = var.canary_minutes > 0
}

module "cicd" {
  source = "./modules/cicd"
  count  = var.github_repository == "" ? 0 : 1

  name              = local.name
  account_id        = local.account_id
  region            = var.region
  environment       = var.environment
  github_repository = var.github_repository
  repository_arn    = local.repository_arn
  service_arn       = module.service.service_arn
  passed_role_arns  = [module.service.task_role_arn, module.service.execution_role_arn]
}

module "firewall" {
  source = "./modules/firewall"
  count  = var.firewall ? 1 : 0

  name              = local.name
  scope             = var.cloudfront ? "CLOUDFRONT" : "REGIONAL"
  load_balancer_arn = module.service.load_balancer_arn
  sign_in_limit     = var.sign_in_limit
  request_limit     = var.request_limit
}

module "edge" {
  source = "./modules/edge"
  count  = var.cloudfront ? 1 : 0

  name                       = local.name
  domain_name                = var.domain_name
  validation_fqdn            = module.service.validation_fqdn
  load_balancer_dns_name     = module.service.load_balancer_dns_name
  uploads_bucket_domain_name = module.storage.uploads_bucket_domain_name
  web_acl_arn                = var.firewall ? module.firewall[0].web_acl_arn : ""
}
