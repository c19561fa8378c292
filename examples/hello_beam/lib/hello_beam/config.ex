defmodule HelloBeam.Config do
  @moduledoc """
  What the environment asks for: read once, checked whole, explained when wrong.
  A variable that is set but empty counts as not set.
  """

  defstruct [:bind_address, :port, :dns_names, :dns_interval_ms]

  @type t :: %__MODULE__{
          bind_address: :inet.ip_address() | nil,
          port: :inet.port_number(),
          dns_names: [String.t()],
          dns_interval_ms: pos_integer()
        }

  @spec from_env(%{optional(String.t()) => String.t()}) :: {:ok, t()} | {:error, String.t()}
  def from_env(env) do
    with {:ok, bind_address} <- address(env, "BIND_ADDRESS"),
         {:ok, port} <- integer(env, "PORT", 4000, 1..65_535),
         {:ok, interval_ms} <- integer(env, "DNS_CLUSTER_INTERVAL_MS", 1000, 100..3_600_000) do
      {:ok,
       %__MODULE__{
         bind_address: bind_address,
         port: port,
         dns_names: names(env, "DNS_CLUSTER_QUERY"),
         dns_interval_ms: interval_ms
       }}
    end
  end

  defp address(env, key) do
    text = text(env, key)

    case :inet.parse_strict_address(to_charlist(text)) do
      {:ok, address} -> {:ok, address}
      {:error, :einval} when text == "" -> {:ok, nil}
      {:error, :einval} -> {:error, "#{key} is #{inspect(text)}; give an IPv4 or IPv6 address"}
    end
  end

  defp integer(env, key, default, first..last//_) do
    text = text(env, key)

    case Integer.parse(text) do
      {number, ""} when number in first..last -> {:ok, number}
      :error when text == "" -> {:ok, default}
      _ -> {:error, "#{key} is #{inspect(text)}; give a whole number from #{first} to #{last}"}
    end
  end

  defp names(env, key),
    do: env |> text(key) |> String.split([",", " "], trim: true) |> Enum.uniq()

  defp text(env, key), do: env |> Map.get(key, "") |> String.trim()
end
