# Vagrant ends a failure with advice of its own ("Please fix these errors"), which names neither the place nor a command.

command = (ARGV & %w[up reload provision]).first

at_exit do
  failed = $!.is_a?(SystemExit) ? !$!.success? : !$!.nil?
  # scripts/setup says it itself.
  if command && failed && !ENV["TOY_SCREEN"]
    $stderr.puts "✗ vagrant #{command} failed or was interrupted; the reason is above."
    $stderr.puts "  → Fix the cause, then run: vagrant #{command}   (it continues; ./scripts/doctor shows the state of the box)"
  end
end
