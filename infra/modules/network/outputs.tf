output "vpc_id" {
  description = "Id of the network."
  value       = aws_vpc.main.id
}

output "public_subnet_ids" {
  description = "Subnets of the load balancer, one a zone."
  value       = aws_subnet.public[*].id
}

output "private_subnet_ids" {
  description = "Subnets of tasks and cache, one a zone."
  value       = aws_subnet.private[*].id
}

output "nat_addresses" {
  description = "Public addresses that the tasks come from."
  value       = [for key in local.nat_keys : aws_eip.nat[key].public_ip]
}

output "lb_security_group_id" {
  description = "Security group of the load balancer."
  value       = aws_security_group.lb.id
}

output "task_security_group_id" {
  description = "Security group of the tasks."
  value       = aws_security_group.task.id
}

output "cache_security_group_id" {
  description = "Security group of the cache."
  value       = aws_security_group.cache.id
}

output "database_security_group_id" {
  description = "Security group of the PrivateLink endpoint to the database; empty without one."
  value       = var.private_database ? aws_security_group.database[0].id : ""
}
