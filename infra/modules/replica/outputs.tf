output "bucket_arn" {
  description = "ARN of the copy."
  value       = aws_s3_bucket.copy.arn
}
