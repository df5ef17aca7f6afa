variable "name" {
  description = "Beginning of every name."
  type        = string
  nullable    = false
}

variable "domain_name" {
  description = "Host name of the chat."
  type        = string
  nullable    = false
}

variable "validation_fqdn" {
  description = "Record that proves the domain; the same in every region."
  type        = string
  nullable    = false
}

variable "load_balancer_dns_name" {
  description = "Name of the load balancer."
  type        = string
  nullable    = false
}

variable "uploads_bucket_domain_name" {
  description = "Regional host name of the bucket of files, which signed addresses are made for."
  type        = string
  nullable    = false
}

variable "web_acl_arn" {
  description = "Firewall in front of it; empty: none."
  type        = string
  nullable    = false
}
