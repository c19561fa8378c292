defmodule HelloBeam.JSON do
  @moduledoc """
  As much JSON as this project speaks: strings, atoms as strings, lists, and keyword lists as
  objects whose order is kept.
  """

  @spec encode(String.t() | atom() | list()) :: iodata()
  def encode([{_, _} | _] = object), do: [?{, Enum.map_intersperse(object, ?,, &member/1), ?}]
  def encode(list) when is_list(list), do: [?[, Enum.map_intersperse(list, ?,, &encode/1), ?]]
  def encode(atom) when is_atom(atom), do: atom |> Atom.to_string() |> encode()
  def encode(text) when is_binary(text), do: [?", for(<<c::utf8 <- text>>, do: escape(c)), ?"]

  defp member({key, value}), do: [encode(key), ?:, encode(value)]

  defp escape(?"), do: ~S(\")
  defp escape(?\\), do: ~S(\\)
  defp escape(char) when char < 0x20, do: ["\\u00", Base.encode16(<<char>>)]
  defp escape(char), do: <<char::utf8>>
end
