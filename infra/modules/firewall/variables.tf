variable "name" {
  description = "Beginning of every name."
  type        = string
  nullable    = false
}

variable "scope" {
  description = "REGIONAL in front of the load balancer, CLOUDFRONT in front of CloudFront."
  type        = string
  nullable    = false
}

variable "load_balancer_arn" {
  description = "Load balancer that is watched over; not used in front of CloudFront."
  type        = string
  nullable    = false
}

variable "sign_in_limit" {
  description = "Requests that one address may make in five minutes to registration, and as many to login."
  type        = number
  nullable    = false
}

variable "request_limit" {
  description = "Requests that one address may make in five minutes in all."
  type        = number
  nullable    = false
}
