"""Buying groups as pictures: strips for the tables of the page, arrows between roles, the matrix of roles and stages."""
