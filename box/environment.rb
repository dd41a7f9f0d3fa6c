# The environment in which Vagrant starts its tools; src/breakable_toy/environment.py has the list.

require "json"
require "open3"

dotfile = ENV["VAGRANT_DOTFILE_PATH"].to_s
root = File.expand_path("..", __dir__)
abort <<~ERROR unless dotfile.empty? || File.expand_path(dotfile, root) == File.join(root, ".vagrant")
  ✗ VAGRANT_DOTFILE_PATH is "#{dotfile}", but this project keeps its box in .vagrant.
    The scripts would not find a box that is kept elsewhere.
    → Type: unset VAGRANT_DOTFILE_PATH   then the same command
ERROR

# Python itself has to start.
ENV.delete_if { |name, _| name.start_with?("PYTHON") }
# Through sudo, the bytecode would be root's.
ENV["PYTHONDONTWRITEBYTECODE"] = "1" if ENV["SUDO_UID"]
begin
  command = ["python3", "-m", "breakable_toy.environment", "json"]
  # From this folder instead of by PYTHONPATH, which a colon in the path would divide.
  # C: bash, of which pyenv's python3 is made, complains about a locale that is not there.
  changes, status = Open3.capture2({ "LC_ALL" => "C" }, *command, chdir: File.join(root, "src"))
  abort <<~ERROR unless status.success?
    ✗ python3 does not start (see above).
      It checks the host and chooses the environment of the tools.
      → Type: python3 --version   and repair what it names.
  ERROR
  JSON.parse(changes).each { |name, value| ENV[name] = value }
rescue Errno::ENOENT
  # On Windows no tool is started on the host.
  abort <<~ERROR unless RUBY_PLATFORM.match?(/mswin|mingw/)
    ✗ There is no python3 on this machine.
      It checks the host and chooses the environment of the tools.
      → Type: sudo apt-get install python3   (macOS: brew install python)
  ERROR
end
# Ruby has read the caller's locale already; all files here are UTF-8.
Encoding.default_external = Encoding::UTF_8
ENV["ANSIBLE_CONFIG"] = File.join(root, "ansible.cfg") # In a folder that all may write to, Ansible would not read it.

# Ansible comes from the project's own environment, in the version that is pinned there.
ENV["PATH"] = [File.join(root, ".venv/bin"), ENV["PATH"]].join(File::PATH_SEPARATOR)
# The option that Vagrant calls it with is deprecated, and this project cannot change the call.
ENV["ANSIBLE_DEPRECATION_WARNINGS"] ||= "False"

# For virtual machines; a container shares the host's. The preflight checks the values.
ENV["TOY_MEMORY"] ||= "2048" # MiB
ENV["TOY_CPUS"] ||= "2"
# /dev/kvm alone proves nothing: hosts that are virtual machines themselves may have one that runs no ordinary kernel.
kvm = File.exist?("/dev/kvm") && File.foreach("/proc/cpuinfo").grep(/^flags.*\b(vmx|svm)\b/).any?
ENV["TOY_LIBVIRT_DRIVER"] ||= kvm ? "kvm" : "qemu"
# Else Vagrant would take libvirt where Docker is stopped, and ask for a box that does not exist.
virtualbox = ENV["PATH"].split(File::PATH_SEPARATOR).any? { |folder| File.exist?(File.join(folder, "VBoxManage")) }
ENV["VAGRANT_DEFAULT_PROVIDER"] ||= "docker" if RUBY_PLATFORM.include?("linux") && !virtualbox
