variable "name" {
  description = "Beginning of every name."
  type        = string
  nullable    = false
}

variable "region" {
  description = "AWS region."
  type        = string
  nullable    = false
}

variable "vpc_cidr" {
  description = "Addresses of the network."
  type        = string
  nullable    = false

  validation {
    condition     = can(cidrsubnet(var.vpc_cidr, 4, 3))
    error_message = "The network's addresses must be an IPv4 block that four subnets of a sixteenth fit into."
  }
}

variable "nat_per_zone" {
  description = "A NAT gateway in each zone, or one for both."
  type        = bool
  nullable    = false
}

variable "database_port" {
  description = "Port of a database outside, which the tasks are let out to."
  type        = number
  nullable    = false
}

variable "private_database" {
  description = "Whether the database is reached by PrivateLink, and nothing outside on its port."
  type        = bool
  nullable    = false
}

variable "mail_port" {
  description = "Port of a mail server outside, which the tasks are let out to. 0: there is no mail."
  type        = number
  default     = 0
  nullable    = false
}

variable "flow_logs_bucket_arn" {
  description = "Bucket for records of rejected traffic."
  type        = string
  nullable    = false
}

variable "only_from_cloudfront" {
  description = "Whether the load balancer takes connections of CloudFront only."
  type        = bool
  default     = false
  nullable    = false
}
