defmodule HelloBeam.ConfigTest do
  use ExUnit.Case, async: true

  alias HelloBeam.Config

  test "has defaults, for an empty variable too" do
    defaults = %Config{bind_address: nil, port: 4000, dns_names: [], dns_interval_ms: 1000}

    assert Config.from_env(%{}) == {:ok, defaults}
    assert Config.from_env(%{"PORT" => "", "DNS_CLUSTER_QUERY" => " "}) == {:ok, defaults}
  end

  test "reads what is set" do
    assert Config.from_env(%{
             "BIND_ADDRESS" => "::1",
             "PORT" => "8080",
             "DNS_CLUSTER_QUERY" => "web.internal, api.internal,,web.internal",
             "DNS_CLUSTER_INTERVAL_MS" => "250"
           }) ==
             {:ok,
              %Config{
                bind_address: {0, 0, 0, 0, 0, 0, 0, 1},
                port: 8080,
                dns_names: ["web.internal", "api.internal"],
                dns_interval_ms: 250
              }}
  end

  test "says what is wrong, and what would be right" do
    for port <- ["http", "80a", "0", "65536", "-1"] do
      assert Config.from_env(%{"PORT" => port}) ==
               {:error, "PORT is #{inspect(port)}; give a whole number from 1 to 65535"}
    end

    assert Config.from_env(%{"BIND_ADDRESS" => "localhost"}) ==
             {:error, ~S(BIND_ADDRESS is "localhost"; give an IPv4 or IPv6 address)}

    assert {:error, "DNS_CLUSTER_INTERVAL_MS is \"5s\"; " <> _} =
             Config.from_env(%{"DNS_CLUSTER_INTERVAL_MS" => "5s"})
  end
end
