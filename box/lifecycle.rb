# Before and after vagrant up, reload and provision: preflight checks, sync, and the record of a finished provisioning.

require "fileutils"
require_relative "last_word"

module Lifecycle
  ROOT = File.expand_path("..", __dir__)
  # Ansible does not run on Windows: there it runs in the box.
  ANSIBLE = Vagrant::Util::Platform.windows? ? "ansible_local" : "ansible"
  BOX_STATES = { not_created: "absent", running: "running" }.freeze

  module_function

  # A box keeps the port that it was made with, unless the variable is set.
  def with_recorded_ports(ports)
    ports.each do |variable, port|
      port[:host] = ENV.fetch(variable) { File.exist?(record(variable)) ? File.read(record(variable)).strip : port[:host] }
    end
  end

  def record(variable) = File.join(ROOT, ".vagrant", variable)

  def box_state(machine) = BOX_STATES.fetch(machine.state.id, "stopped")

  # Vagrant's own record that provisioning began, and ours that it ended. Both go with the box.
  def provisioning_began(machine) = machine.data_dir.join("action_provision")
  def provisioning_ended(machine) = machine.data_dir.join("provisioned")

  # Runs a program of src/breakable_toy, which explains its failure itself.
  def run(name, *arguments)
    return if Vagrant::Util::Platform.windows? || system("python3", "-m", "breakable_toy.#{name}", *arguments, chdir: File.join(ROOT, "src"))
    LastWord.said = true
    exit 1
  end

  def preflight(machine, ports, *options)
    numbers = ports.flat_map { |variable, port| ["--port", "#{variable}=#{port[:host]}"] }
    run("preflight", "--provider", machine.provider_name.to_s, "--box", box_state(machine), *options, *numbers)
  end

  def configure(config, ports)
    link_collection(config) if Vagrant::Util::Platform.windows?
    check_host(config, ports)
    sync_and_wait(config, ports)
    provision_present_files(config, ports)
  end

  # scripts/bootstrap does it elsewhere.
  def link_collection(config)
    folder = "/vagrant/.cache/collections/ansible_collections/breakable"
    config.vm.provision "collection", type: "shell", before: :all, inline: "mkdir -p #{folder} && ln -sfn /vagrant #{folder}/toy"
  end

  def check_host(config, ports)
    config.trigger.before [:up, :reload] do |trigger|
      trigger.name = "Run preflight checks"
      trigger.ruby do |_, machine|
        @state_before = box_state(machine)
        # Vagrant skips provisioning as soon as one has begun. An interrupted one is resumed.
        begun = provisioning_began(machine)
        File.delete(begun) if File.exist?(begun) && !File.exist?(provisioning_ended(machine))
        preflight(machine, ports)
        ports.each { |variable, port| File.write(record(variable), port[:host]) }
      end
    end
  end

  def sync_and_wait(config, ports)
    # Vagrant's docker provider syncs only a box that it has just made; the others do at every start.
    config.trigger.after [:up, :reload] do |trigger|
      trigger.name = "Sync the project"
      trigger.ruby do |vagrant, machine|
        vagrant.cli("rsync") if machine.provider_name == :docker && @state_before == "stopped"
        FileUtils.touch(provisioning_ended(machine)) if File.exist?(provisioning_began(machine))
      end
    end
    config.trigger.after [:up, :reload] do |trigger|
      trigger.name = "Wait for the toy"
      trigger.ruby { |_, machine| wait(machine, ports) if File.exist?(provisioning_ended(machine)) }
    end
  end

  def wait(machine, ports)
    emulated = machine.provider_name == :libvirt && machine.provider_config.driver == "qemu"
    seconds = ENV.fetch("TOY_WAIT_SECONDS", emulated ? "300" : "120")
    return if seconds == "0"
    address = "http://localhost:#{ports["TOY_PORT"][:host]}"
    run("health", "#{address}/health-check/", "--timeout", seconds)
    machine.ui.success("The toy runs at #{address}")
  end

  # Not the files of the last sync.
  def provision_present_files(config, ports)
    config.trigger.before :provision do |trigger|
      trigger.name = "Sync the project"
      trigger.ruby do |vagrant, machine|
        preflight(machine, ports, "--provision")
        vagrant.cli("rsync")
      end
    end
    config.trigger.after :provision do |trigger|
      trigger.name = "Record the finished provisioning"
      trigger.ruby { |_, machine| FileUtils.touch(provisioning_ended(machine)) }
    end
  end
end
