# A moved folder takes its box over, a copied one is refused (src/breakable_toy/clone.py), and a host that lacks what a box
# needs is prepared: scripts/lib/prepare.sh continues with the same command.

unless Vagrant::Util::Platform.windows?
  root = File.expand_path("..", __dir__)
  # Ruby takes the encoding of paths from the locale that it was started in, which box/environment.rb has replaced.
  unless root.b.ascii_only? || Encoding.find("locale") == Encoding::UTF_8 || ENV["TOY_RESTARTED"]
    ENV["TOY_RESTARTED"] = "1"
    exec("vagrant", *ARGV)
  end
  # From this folder instead of by PYTHONPATH, which a colon in the path would divide.
  system("python3", "-m", "breakable_toy.clone", *ARGV, chdir: File.join(root, "src"))
  status = $?.exitstatus
  prepare = File.join(root, "scripts/lib/prepare.sh")
  Vagrant::Util::Env.with_original_env { exec(prepare, *ARGV) } if status == 10 && !ENV["TOY_HOST_READY"]
  exit 1 unless [0, 10].include?(status)
end
