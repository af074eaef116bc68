"""The calculators by the word in their address, in the order of the page that lists them.

A calculator names the factor families it needs, asks its questions (given the factors in force) and works out a
Result from the answers. It knows no form, no page and no case.
"""

from climate.calculators.car import Car
from climate.calculators.energy import Energy
from climate.calculators.food_waste import FoodWaste
from climate.calculators.furniture import Furniture
from climate.calculators.heat_pump import HeatPump
from climate.calculators.incineration import Incineration
from climate.calculators.menu import Menu
from climate.calculators.waste import Waste

CALCULATORS = {each.slug: each() for each in (HeatPump, Energy, Car, Furniture, Waste, Incineration, FoodWaste, Menu)}
