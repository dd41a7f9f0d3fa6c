variable "environment" {
  description = "The deployment's name, such as staging: it is in the name of everything."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,15}$", var.environment))
    error_message = "environment is 2 to 16 small letters, digits and hyphens, the first a letter: the load balancer's name has room for no more."
  }
}

variable "owner" {
  description = "Contact for this deployment, as an address or a name: a tag of everything."
  type        = string
}

variable "expires" {
  description = "The day after which this deployment may be destroyed, as 2027-01-31: a tag of everything."
  type        = string

  validation {
    condition     = can(formatdate("YYYY", "${var.expires}T00:00:00Z"))
    error_message = "expires is a day such as 2027-01-31. Without one, a trial is paid for until it is noticed."
  }
}

variable "region" {
  description = "Where all of it runs, but for what CloudFront wants in us-east-1."
  type        = string

  validation {
    condition     = fileexists("${path.module}/authorities/${var.region}.pem")
    error_message = "There is no terraform/authorities/REGION.pem for this region: the toy would not trust the database's certificate. Get the region's bundle from AWS (RDS, certificate bundles by Region) and put it there."
  }
}

variable "account" {
  description = "The number of the AWS account that the deployment is in. Credentials of another one are refused. Null for any."
  type        = string
  default     = null

  validation {
    condition     = var.account == null || can(regex("^[0-9]{12}$", var.account))
    error_message = "account is a number of 12 digits in quotes, as aws sts get-caller-identity prints it."
  }
}

variable "zones" {
  description = "The letters of the availability zones, two or more. Not every region has a, b and c; the zone use1-az3, which has another letter in each account (aws ec2 describe-availability-zones), has neither Fargate nor VPC origins."
  type        = list(string)
  default     = ["a", "b"]

  validation {
    condition     = length(distinct(var.zones)) == length(var.zones) && length(var.zones) >= 2 && length(var.zones) <= 4
    error_message = "zones has two to four letters, each once: a load balancer and a database with a standby need two."
  }
}

variable "network" {
  description = "The VPC's addresses, a /16 to /20."
  type        = string
  default     = "10.20.0.0/16"

  validation {
    condition     = can(cidrsubnet(var.network, 4, 15)) && try(tonumber(split("/", var.network)[1]) <= 20, false)
    error_message = "network is a block of addresses such as 10.20.0.0/16, of a /20 or larger."
  }
}

variable "gateway_per_zone" {
  description = "Whether each zone has its own NAT gateway (33 USD a month each): without, all lose the internet with the first zone."
  type        = bool
  default     = false
}

variable "image" {
  description = "The web image by its digest, as its registry shows it."
  type        = string

  validation {
    condition     = can(regex("^[^@]+@sha256:[0-9a-f]{64}$", var.image))
    error_message = "image is not REPOSITORY@sha256:DIGEST. A tag may be another image tomorrow; the registry shows the digest."
  }
}

variable "architecture" {
  description = "What the image is built for: X86_64 or ARM64 (a fifth cheaper)."
  type        = string
  default     = "X86_64"

  validation {
    condition     = contains(["X86_64", "ARM64"], var.architecture)
    error_message = "architecture is X86_64 or ARM64, as Fargate spells them."
  }
}

variable "domain" {
  description = "The toy's name, such as toy.example.org, in the zone zone_id. Null for CloudFront's own. Settle it before the first apply: AWS does not change how CloudFront reaches an origin that is in use."
  type        = string
  default     = null
}

variable "zone_id" {
  description = "The Route 53 zone of the domain."
  type        = string
  default     = null

  validation {
    condition     = (var.domain == null) == (var.zone_id == null)
    error_message = "domain and zone_id come together: the name is entered into the zone, and its certificate is proven there."
  }
}

variable "countries" {
  description = "From where the toy may be visited: ISO 3166 codes, such as US and AT."
  type        = list(string)

  validation {
    condition     = length(var.countries) > 0 && alltrue([for code in var.countries : can(regex("^[A-Z]{2}$", code))])
    error_message = "countries lists two-letter codes such as US: at least one, or the toy has no visitors."
  }
}

variable "task_cpu" {
  description = "A task's processor, in 1024ths."
  type        = number
  default     = 512
}

variable "task_memory" {
  description = "A task's memory, in MiB; Fargate has pairs of cpu and memory."
  type        = number
  default     = 1024
}

variable "tasks" {
  description = "How many web tasks there are: at least, and at most."
  type        = object({ min = number, max = number })
  default     = { min = 2, max = 6 }

  validation {
    condition     = var.tasks.min >= 1 && var.tasks.max >= var.tasks.min
    error_message = "tasks.min is 1 or more, tasks.max no less than that."
  }
}

variable "database_class" {
  description = "The database's machine."
  type        = string
  default     = "db.t4g.micro"
}

variable "database_storage" {
  description = "The database's disk, in GiB: at first, and how far it may grow by itself."
  type        = object({ min = number, max = number })
  default     = { min = 20, max = 100 }
}

variable "database_standby" {
  description = "Whether a standby in another zone takes over when the database's zone fails (it doubles the price)."
  type        = bool
  default     = true
}

variable "backup_days" {
  description = "How many days back the database can be restored."
  type        = number
  default     = 14

  validation {
    condition     = var.backup_days >= 1 && var.backup_days <= 35
    error_message = "backup_days is 1 to 35: without backups one mistaken DELETE is for ever."
  }
}

variable "web_password_version" {
  description = "Counts the passwords of the users that answer requests, who take turns. scripts/infra plan sets it."
  type        = number
  default     = 2

  validation {
    condition     = var.web_password_version >= 2 && floor(var.web_password_version) == var.web_password_version
    error_message = "web_password_version is an integer from 2 on."
  }
}

variable "deletion_protection" {
  description = "Whether AWS refuses to delete the database and the load balancer. Set it to false, apply, then destroy."
  type        = bool
  default     = true
}

variable "log_days" {
  description = "How long logs are kept: one of CloudWatch's numbers of days."
  type        = number
  default     = 365
}

variable "visitor_log_days" {
  description = "How long logs with visitors' addresses are kept, at most: one of CloudWatch's numbers of days."
  type        = number
  default     = 30

  validation {
    condition     = var.visitor_log_days > 0
    error_message = "visitor_log_days must be at least 1: 0 would keep visitors' addresses for ever."
  }
}

variable "alarm_email" {
  description = "Recipient of alarms; AWS sends a link there that has to be followed. Null for none."
  type        = string
  default     = null
}
