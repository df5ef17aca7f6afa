output "files_url" {
  description = "Where signed addresses of files lead to: S3_READ_URL."
  value       = "https://${aws_cloudfront_distribution.files.domain_name}"
}

output "domain_name" {
  description = "What the chat's record points to."
  value       = aws_cloudfront_distribution.pages.domain_name
}

output "zone_id" {
  description = "Zone of that name."
  value       = aws_cloudfront_distribution.pages.hosted_zone_id
}
