output "deploy_role_arn" {
  description = "Role that GitHub Actions deploys with."
  value       = aws_iam_role.deploy.arn
}
