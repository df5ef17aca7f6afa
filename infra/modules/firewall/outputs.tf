output "web_acl_arn" {
  description = "ARN of the firewall, which CloudFront asks for."
  value       = aws_wafv2_web_acl.main.arn
}
