output "url" {
  description = "Where the chat is."
  value       = local.origin
}

output "repository_url" {
  description = "Where images are pushed to."
  value       = local.repository_url
}

output "database_secret" {
  description = "Name of the secret that a MongoDB address must be put into; empty with Atlas, which needs none."
  value       = module.data.database_secret
}

output "mail_secret" {
  description = "Name of the secret that the address of a mail server must be put into; empty without mail_from."
  value       = module.data.mail_secret
}

output "nat_addresses" {
  description = "Addresses that the tasks come from: what the allow list of a database elsewhere needs."
  value       = module.network.nat_addresses
}

output "dashboard_url" {
  description = "The dashboard in the AWS console."
  value       = "https://${var.region}.console.aws.amazon.com/cloudwatch/home?region=${var.region}#dashboards/dashboard/${local.name}"
}

output "deploy_role_arn" {
  description = "Role that GitHub Actions deploys with; empty without a repository."
  value       = var.github_repository == "" ? "" : module.cicd[0].deploy_role_arn
}
