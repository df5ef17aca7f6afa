output "log_group_name" {
  description = "Log group of the tasks."
  value       = aws_cloudwatch_log_group.app.name
}

output "log_group_arn" {
  description = "Its ARN."
  value       = aws_cloudwatch_log_group.app.arn
}

output "rollback_alarm_names" {
  description = "Alarms that stop a deployment and bring the last one back."
  value       = [aws_cloudwatch_metric_alarm.unhealthy_tasks.alarm_name, aws_cloudwatch_metric_alarm.share["errors-5xx"].alarm_name]
}
