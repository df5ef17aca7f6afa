output "plan_role_arn" {
  description = "Role for previews: the repository variable AWS_PLAN_ROLE in GitHub."
  value       = aws_iam_role.plan.arn
}
