# MongoDB Atlas, unless the database exists already. The tasks sign in by their IAM role, so there is no password to make,
# store or rotate.

locals {
  atlas        = var.database == "atlas" ? 1 : 0
  private_link = var.database == "atlas" && var.atlas_private_link ? 1 : 0
  # Atlas spells a region EU_CENTRAL_1.
  atlas_region = upper(replace(var.region, "-", "_"))

  # Connections that a cluster accepts on each node, by its size. An existing cluster counts as the smallest, which is free
  # and accepts 500.
  max_connections = lookup({ M10 = 1500, M20 = 3000, M30 = 3000, M40 = 6000, M50 = 16000 }, var.atlas_instance_size, 32000)
  # Four fifths of them, divided among twice the tasks, because a deployment doubles their number.
  pool_size = min(100, max(5, floor((local.atlas == 1 ? local.max_connections : 500) * 0.8 / (2 * var.max_tasks))))

  settings = merge(
    { MONGODB_POOL_SIZE = tostring(local.pool_size) },
    local.atlas == 0 ? {} : { MONGODB_URI = "${local.address}/webchat?authMechanism=MONGODB-AWS&authSource=%24external&retryWrites=true&w=majority" },
  )

  # The two addresses of the cluster, of which the tasks use one. An address is known only when it can be reached.
  addresses = try(data.mongodbatlas_advanced_cluster.main[0].connection_strings[0], null)
  address   = local.private_link == 1 ? try(local.addresses.private_endpoint[0].srv_connection_string, "") : try(local.addresses.standard_srv, "")
}

resource "mongodbatlas_project" "main" {
  count = local.atlas

  # A project's name must be unique in its organization.
  name   = "${var.name}-${var.region}"
  org_id = var.atlas_org_id
}

resource "mongodbatlas_advanced_cluster" "main" {
  count = local.atlas

  project_id                     = mongodbatlas_project.main[0].id
  name                           = var.name
  cluster_type                   = "REPLICASET"
  mongo_db_major_version         = "8.0"
  backup_enabled                 = true
  pit_enabled                    = var.protect
  termination_protection_enabled = var.protect

  replication_specs {
    region_configs {
      provider_name = "AWS"
      region_name   = local.atlas_region
      priority      = 7

      electable_specs {
        instance_size = var.atlas_instance_size
        node_count    = 3
      }

      auto_scaling {
        disk_gb_enabled = true
      }
    }
  }

  advanced_configuration {
    minimum_enabled_tls_protocol = "TLS1_2"
    javascript_enabled           = false
  }
}

resource "mongodbatlas_database_user" "task" {
  count = local.atlas

  project_id         = mongodbatlas_project.main[0].id
  auth_database_name = "$external"
  aws_iam_type       = "ROLE"
  username           = var.task_role_arn

  roles {
    role_name     = "readWrite"
    database_name = "webchat"
  }

  scopes {
    name = mongodbatlas_advanced_cluster.main[0].name
    type = "CLUSTER"
  }
}

# The addresses of the NAT gateways, by index, because the addresses are not known before they are made.
resource "mongodbatlas_project_ip_access_list" "nat" {
  count = local.atlas == 1 && local.private_link == 0 ? var.nat_count : 0

  project_id = mongodbatlas_project.main[0].id
  ip_address = var.nat_addresses[count.index]
  comment    = "${var.name}: NAT gateway ${count.index}"
}

resource "mongodbatlas_privatelink_endpoint" "main" {
  count = local.private_link

  project_id    = mongodbatlas_project.main[0].id
  provider_name = "AWS"
  region        = local.atlas_region
}

resource "aws_vpc_endpoint" "atlas" {
  count = local.private_link

  vpc_id             = var.vpc_id
  vpc_endpoint_type  = "Interface"
  service_name       = mongodbatlas_privatelink_endpoint.main[0].endpoint_service_name
  subnet_ids         = var.private_subnet_ids
  security_group_ids = [var.database_security_group_id]

  tags = { Name = "${var.name}-atlas" }
}

resource "mongodbatlas_privatelink_endpoint_service" "main" {
  count = local.private_link

  project_id          = mongodbatlas_project.main[0].id
  provider_name       = "AWS"
  private_link_id     = mongodbatlas_privatelink_endpoint.main[0].private_link_id
  endpoint_service_id = aws_vpc_endpoint.atlas[0].id
}

# Reads the cluster again after the endpoint has joined, because only then it has an address for the endpoint.
data "mongodbatlas_advanced_cluster" "main" {
  count = local.atlas

  project_id = mongodbatlas_project.main[0].id
  name       = mongodbatlas_advanced_cluster.main[0].name

  depends_on = [mongodbatlas_privatelink_endpoint_service.main]
}
