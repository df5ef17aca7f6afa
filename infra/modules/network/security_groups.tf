# Which part may connect to which. The rules are separate resources. A group without rules lets nothing through.
#   world → load balancer 443, 80 → task 3000 → 443 anywhere, the cache, the database, the mail server

resource "aws_security_group" "lb" {
  name        = "${var.name}-lb"
  description = "Load balancer: the only thing the world can reach"
  vpc_id      = aws_vpc.main.id
}

resource "aws_security_group" "task" {
  name        = "${var.name}-task"
  description = "Tasks of the chat"
  vpc_id      = aws_vpc.main.id
}

resource "aws_security_group" "cache" {
  name        = "${var.name}-cache"
  description = "Valkey"
  vpc_id      = aws_vpc.main.id
}

resource "aws_security_group" "database" {
  count = var.private_database ? 1 : 0

  name        = "${var.name}-database"
  description = "PrivateLink to MongoDB Atlas"
  vpc_id      = aws_vpc.main.id
}

# The addresses of CloudFront. Behind CloudFront only these may connect; anybody else could forge the client's address.
data "aws_ec2_managed_prefix_list" "cloudfront" {
  count = var.only_from_cloudfront ? 1 : 0

  name = "com.amazonaws.global.cloudfront.origin-facing"
}

resource "aws_vpc_security_group_ingress_rule" "lb_from_cloudfront" {
  count = var.only_from_cloudfront ? 1 : 0

  security_group_id = aws_security_group.lb.id
  description       = "CloudFront"
  prefix_list_id    = data.aws_ec2_managed_prefix_list.cloudfront[0].id
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

resource "aws_vpc_security_group_ingress_rule" "lb_from_world" {
  for_each = var.only_from_cloudfront ? {} : { https = 443, http = 80 }

  security_group_id = aws_security_group.lb.id
  description       = "World, ${each.key}"
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = each.value
  to_port           = each.value
}

resource "aws_vpc_security_group_egress_rule" "lb_to_task" {
  security_group_id            = aws_security_group.lb.id
  description                  = "Tasks"
  referenced_security_group_id = aws_security_group.task.id
  ip_protocol                  = "tcp"
  from_port                    = 3000
  to_port                      = 3000
}

resource "aws_vpc_security_group_ingress_rule" "task_from_lb" {
  security_group_id            = aws_security_group.task.id
  description                  = "Load balancer"
  referenced_security_group_id = aws_security_group.lb.id
  ip_protocol                  = "tcp"
  from_port                    = 3000
  to_port                      = 3000
}

resource "aws_vpc_security_group_egress_rule" "task_to_https" {
  security_group_id = aws_security_group.task.id
  description       = "AWS APIs: images, secrets, logs, files"
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

resource "aws_vpc_security_group_egress_rule" "task_to_cache" {
  security_group_id            = aws_security_group.task.id
  description                  = "Valkey"
  referenced_security_group_id = aws_security_group.cache.id
  ip_protocol                  = "tcp"
  from_port                    = 6379
  to_port                      = 6379
}

resource "aws_vpc_security_group_ingress_rule" "cache_from_task" {
  security_group_id            = aws_security_group.cache.id
  description                  = "Tasks"
  referenced_security_group_id = aws_security_group.task.id
  ip_protocol                  = "tcp"
  from_port                    = 6379
  to_port                      = 6379
}

# Without PrivateLink the database's addresses are unknown here. Its own allow list has those of the NAT gateways.
resource "aws_vpc_security_group_egress_rule" "task_to_database" {
  count = var.private_database ? 0 : 1

  security_group_id = aws_security_group.task.id
  description       = "MongoDB"
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = var.database_port
  to_port           = var.database_port
}

# The mail server's addresses are unknown here.
resource "aws_vpc_security_group_egress_rule" "task_to_mail" {
  count = var.mail_port == 0 ? 0 : 1

  security_group_id = aws_security_group.task.id
  description       = "Mail server"
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = var.mail_port
  to_port           = var.mail_port
}

# Behind PrivateLink each node of an Atlas cluster has its own port, from 1024 on.
resource "aws_vpc_security_group_egress_rule" "task_to_private_database" {
  count = var.private_database ? 1 : 0

  security_group_id            = aws_security_group.task.id
  description                  = "MongoDB Atlas by PrivateLink"
  referenced_security_group_id = aws_security_group.database[0].id
  ip_protocol                  = "tcp"
  from_port                    = 1024
  to_port                      = 65535
}

resource "aws_vpc_security_group_ingress_rule" "private_database_from_task" {
  count = var.private_database ? 1 : 0

  security_group_id            = aws_security_group.database[0].id
  description                  = "Tasks"
  referenced_security_group_id = aws_security_group.task.id
  ip_protocol                  = "tcp"
  from_port                    = 1024
  to_port                      = 65535
}
