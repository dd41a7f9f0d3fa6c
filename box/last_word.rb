# Vagrant ends a failure with its own advice ("Please fix these errors"), which names neither the place nor a command.

module LastWord
  # Whether a check of this project has explained the failure.
  class << self
    attr_accessor :said
  end
end

command = (ARGV & %w[up reload provision]).first

at_exit do
  failed = $!.is_a?(SystemExit) ? !$!.success? : !$!.nil?
  # scripts/setup has a last word as well.
  if command && failed && !LastWord.said && !ENV["TOY_SCREEN"]
    $stderr.puts "✗ vagrant #{command} failed or was interrupted; the reason is above.",
      "  → Fix the cause, then run: vagrant #{command}   (it continues; ./scripts/doctor shows the state of the box)"
  end
end
