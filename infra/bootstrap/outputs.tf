output "state_bucket" {
  description = "Bucket of the states: goes into envs/*.s3.tfbackend."
  value       = aws_s3_bucket.state.bucket
}

output "repository_url" {
  description = "Where images are pushed to."
  value       = aws_ecr_repository.app.repository_url
}
