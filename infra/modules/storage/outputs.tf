output "uploads_bucket" {
  description = "Name of the bucket for files."
  value       = aws_s3_bucket.main["uploads"].bucket
}

output "uploads_bucket_arn" {
  description = "ARN of the bucket for files."
  value       = aws_s3_bucket.main["uploads"].arn
}

output "logs_bucket" {
  description = "Name of the bucket for logs. Known only when its policy is there: load balancers try to write at once."
  value       = aws_s3_bucket_policy.main["logs"].bucket
}

output "logs_bucket_arn" {
  description = "ARN of the bucket for logs."
  value       = aws_s3_bucket.main["logs"].arn

  depends_on = [aws_s3_bucket_policy.main]
}

output "uploads_bucket_domain_name" {
  description = "Regional host name of the bucket for files."
  value       = aws_s3_bucket.main["uploads"].bucket_regional_domain_name
}
