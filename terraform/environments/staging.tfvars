# A small deployment to try things out in: nothing in it outlives a failed zone.
region    = "us-east-1"
owner     = "operations"
expires   = "2027-12-31"
countries = ["US"]

tasks               = { min = 1, max = 2 }
task_cpu            = 256
task_memory         = 512
database_standby    = false
backup_days         = 1
deletion_protection = false
log_days            = 14
