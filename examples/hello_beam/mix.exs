defmodule HelloBeam.MixProject do
  use Mix.Project

  def project do
    [
      app: :hello_beam,
      version: "0.1.0",
      elixir: "~> 1.14",
      start_permanent: Mix.env() == :prod,
      # Each test starts what it needs, so that `mix test` never asks for port 4000.
      aliases: [test: "test --no-start"],
      releases: [hello_beam: [include_executables_for: [:unix], strip_beams: true]]
    ]
  end

  def application do
    [mod: {HelloBeam.Application, []}, extra_applications: [:logger, :runtime_tools]]
  end
end
