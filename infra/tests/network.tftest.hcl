# Only the load balancer is public, and each rule opens one way.

mock_provider "aws" {
  source = "./tests/mocks/aws"
}

variables {
  name                 = "webchat-test"
  region               = "eu-central-1"
  vpc_cidr             = "10.20.0.0/16"
  nat_per_zone         = true
  database_port        = 27017
  private_database     = false
  flow_logs_bucket_arn = "arn:aws:s3:::logs"
}

run "a_gateway_in_each_zone" {
  module {
    source = "./modules/network"
  }

  assert {
    condition     = length(distinct(aws_subnet.private[*].availability_zone)) == 2 && length(distinct(aws_subnet.public[*].availability_zone)) == 2
    error_message = "Both kinds of subnets must be in two zones."
  }

  assert {
    condition     = length(distinct(concat(aws_subnet.public[*].cidr_block, aws_subnet.private[*].cidr_block))) == 4
    error_message = "No two subnets may share addresses."
  }

  assert {
    condition     = alltrue([for subnet in concat(aws_subnet.public, aws_subnet.private) : subnet.map_public_ip_on_launch != true])
    error_message = "No subnet may hand out public addresses by itself."
  }

  assert {
    condition     = length(aws_nat_gateway.main) == 2 && aws_route.nat[0].nat_gateway_id == aws_nat_gateway.main["0"].id && aws_route.nat[1].nat_gateway_id == aws_nat_gateway.main["1"].id
    error_message = "With a NAT gateway a zone, each zone must use its own."
  }

  assert {
    condition     = alltrue([for association in aws_route_table_association.private : contains(aws_route_table.private[*].id, association.route_table_id)])
    error_message = "Private subnets must use private route tables."
  }

  assert {
    condition     = aws_route.internet.route_table_id == aws_route_table.public.id && !contains(aws_route_table.private[*].id, aws_route.internet.route_table_id)
    error_message = "Only the public subnets may have a way to the internet gateway."
  }

  assert {
    condition     = aws_vpc_endpoint.s3.vpc_endpoint_type == "Gateway" && aws_vpc_endpoint.s3.service_name == "com.amazonaws.eu-central-1.s3" && toset(aws_vpc_endpoint.s3.route_table_ids) == toset(aws_route_table.private[*].id)
    error_message = "Files must go by the free gateway endpoint of S3, from every private subnet."
  }

  # What the world can reach.
  assert {
    condition     = { for key, rule in aws_vpc_security_group_ingress_rule.lb_from_world : key => [rule.from_port, rule.to_port, rule.cidr_ipv4] } == { http = [80, 80, "0.0.0.0/0"], https = [443, 443, "0.0.0.0/0"] }
    error_message = "The world may come in on 443 and 80, and nowhere else."
  }

  assert {
    condition = alltrue([for rule in aws_vpc_security_group_ingress_rule.lb_from_world : rule.security_group_id == aws_security_group.lb.id]) && alltrue([
      for rule in [aws_vpc_security_group_ingress_rule.task_from_lb, aws_vpc_security_group_ingress_rule.cache_from_task] : rule.cidr_ipv4 == null && rule.cidr_ipv6 == null
    ])
    error_message = "Only the load balancer's group may have a rule for addresses of the world."
  }

  assert {
    condition     = aws_vpc_security_group_ingress_rule.task_from_lb.referenced_security_group_id == aws_security_group.lb.id && aws_vpc_security_group_ingress_rule.task_from_lb.from_port == 3000 && aws_vpc_security_group_ingress_rule.task_from_lb.to_port == 3000
    error_message = "Tasks must be reached by the load balancer only, on 3000 only."
  }

  assert {
    condition     = aws_vpc_security_group_egress_rule.lb_to_task.referenced_security_group_id == aws_security_group.task.id && aws_vpc_security_group_egress_rule.lb_to_task.to_port == 3000
    error_message = "The load balancer may talk to tasks only."
  }

  assert {
    condition     = aws_vpc_security_group_ingress_rule.cache_from_task.security_group_id == aws_security_group.cache.id && aws_vpc_security_group_ingress_rule.cache_from_task.referenced_security_group_id == aws_security_group.task.id && aws_vpc_security_group_ingress_rule.cache_from_task.to_port == 6379
    error_message = "The cache must be reached by tasks only."
  }

  assert {
    condition     = aws_vpc_security_group_egress_rule.task_to_https.to_port == 443 && aws_vpc_security_group_egress_rule.task_to_cache.to_port == 6379 && aws_vpc_security_group_egress_rule.task_to_database[0].from_port == 27017 && aws_vpc_security_group_egress_rule.task_to_database[0].to_port == 27017
    error_message = "Tasks may go out to 443, to the cache, and to the database's port."
  }

  assert {
    condition     = length(aws_vpc_security_group_egress_rule.task_to_mail) == 0
    error_message = "Without mail, tasks may not go out to a mail server."
  }

  assert {
    condition     = aws_flow_log.rejected.traffic_type == "REJECT" && aws_flow_log.rejected.log_destination == "arn:aws:s3:::logs/flow-logs/"
    error_message = "Rejected traffic must be recorded."
  }
}

run "one_gateway_and_a_private_database" {
  module {
    source = "./modules/network"
  }

  variables {
    nat_per_zone     = false
    private_database = true
    mail_port        = 465
  }

  assert {
    condition     = aws_vpc_security_group_egress_rule.task_to_mail[0].from_port == 465 && aws_vpc_security_group_egress_rule.task_to_mail[0].to_port == 465
    error_message = "With mail, tasks must reach the port of the mail server."
  }

  assert {
    condition     = length(aws_nat_gateway.main) == 1 && alltrue([for route in aws_route.nat : route.nat_gateway_id == aws_nat_gateway.main["0"].id])
    error_message = "With one NAT gateway both zones must use it."
  }

  assert {
    condition     = length(aws_vpc_security_group_egress_rule.task_to_database) == 0 && aws_vpc_security_group_egress_rule.task_to_private_database[0].referenced_security_group_id == aws_security_group.database[0].id
    error_message = "With PrivateLink tasks must reach the database by its endpoint only."
  }

  assert {
    condition     = aws_vpc_security_group_ingress_rule.private_database_from_task[0].referenced_security_group_id == aws_security_group.task.id
    error_message = "The endpoint to the database must be reached by tasks only."
  }
}
