output "cluster_arn" {
  description = "ARN of the cluster."
  value       = aws_ecs_cluster.main.arn
}

output "service_arn" {
  description = "ARN of the service."
  value       = aws_ecs_service.app.id
}

output "task_role_arn" {
  description = "Role of the application, which is also the user of an Atlas database."
  value       = aws_iam_role.task.arn
}

output "execution_role_arn" {
  description = "Role that starts tasks."
  value       = aws_iam_role.execution.arn
}

output "load_balancer_arn_suffix" {
  description = "What metrics call the load balancer."
  value       = aws_lb.main.arn_suffix
}

output "target_group_arn_suffix" {
  description = "What metrics call the target group."
  value       = aws_lb_target_group.app.arn_suffix
}

output "load_balancer_arn" {
  description = "ARN of the load balancer."
  value       = aws_lb.main.arn
}

output "load_balancer_dns_name" {
  description = "Name of the load balancer."
  value       = aws_lb.main.dns_name
}

output "validation_fqdn" {
  description = "Record that proves the domain to AWS."
  value       = aws_route53_record.validation.fqdn
}

output "cluster_name" {
  description = "Name of the cluster."
  value       = aws_ecs_cluster.main.name
}
